namespace ReelBallers.Jobs.Data.Migrations;

// What the model cannot express.
public partial class Initial
{
    // An outcome and a final status never change, whatever code writes to this table.
    private const string Guard = """
        create function job_guard() returns trigger language plpgsql as $$
        begin
          if old.outcome is not null and new.outcome is distinct from old.outcome then
            raise exception 'job % has ended as %', old.job_id, old.outcome using errcode = 'check_violation';
          end if;
          if old.status = old.outcome and new.status <> old.status then
            raise exception 'job % is %', old.job_id, old.status using errcode = 'check_violation';
          end if;
          return new;
        end $$;
        create trigger tr_jobs_guard before update on jobs for each row execute function job_guard();
        """;

    // Wakes the event streams of all replicas.
    private const string Notification = """
        create function job_changed() returns trigger language plpgsql as $$
        begin
          perform pg_notify('job_changed', new.job_id::text);
          return null;
        end $$;
        create trigger tr_jobs_changed after update on jobs for each row
          when (new.version <> old.version) execute function job_changed();
        """;

    // After the table, whose triggers use them.
    private const string DropFunctions = "drop function job_guard(); drop function job_changed();";
}
