namespace ReelBallers.Jobs.Data.Migrations;

// What the model cannot express.
public partial class JobChangePositions
{
    private const string Stamp = """
        create function job_stamp() returns trigger language plpgsql as $$
        begin
          new.changed_in := pg_current_xact_id()::text::bigint;
          return new;
        end $$;
        create trigger tr_jobs_stamp before update on jobs for each row
          when (new.version <> old.version) execute function job_stamp();
        """;

    // Wakes the stream of the user besides that of the job.
    private const string NotifyUser = """
        create or replace function job_changed() returns trigger language plpgsql as $$
        begin
          perform pg_notify('job_changed', new.job_id::text);
          perform pg_notify('job_changed', 'user:' || new.user_id);
          return null;
        end $$;
        """;

    private const string NotifyJobOnly = """
        create or replace function job_changed() returns trigger language plpgsql as $$
        begin
          perform pg_notify('job_changed', new.job_id::text);
          return null;
        end $$;
        """;
}
