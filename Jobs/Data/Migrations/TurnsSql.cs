namespace ReelBallers.Jobs.Data.Migrations;

// What the model cannot express.
public partial class Turns
{
    // The lanes in which jobs wait, by a jump of the index from each to the next.
    private const string WaitingLanes = """
        create function waiting_lanes() returns setof text language sql stable as $$
          with recursive lanes(lane) as (
            (select lane from intents where lane is not null and dead_since is null order by lane limit 1)
            union all
            select (select intents.lane from intents where intents.lane > lanes.lane and dead_since is null
              order by intents.lane limit 1)
            from lanes where lanes.lane is not null)
          select lane from lanes where lane is not null
        $$;
        """;

    // One after the user's last waiting job, and not before those that wait already.
    private const string Turn = """
        create function intent_turn() returns trigger language plpgsql as $$
        begin
          new.turn := greatest(0,
            (select max(turn) + 1 from intents where user_id = new.user_id and lane is not null and dead_since is null),
            (select min((select turn from intents where intents.lane = waiting.lane and dead_since is null order by turn limit 1))
              from waiting_lanes() as waiting(lane)));
          return new;
        end $$;
        create trigger tr_intents_turn before insert on intents for each row
          when (new.lane is not null) execute function intent_turn();
        """;

    // Wakes the loops of all replicas. The times are those of a replica's clock, which may be a little ahead.
    private const string Wake = """
        create function intent_due() returns trigger language plpgsql as $$
        begin
          perform pg_notify('intent_due', new.kind);
          return null;
        end $$;
        create trigger tr_intents_due after insert or update of due_at on intents for each row
          when (new.due_at <= now() + interval '100 milliseconds' and new.leased_until is null and new.dead_since is null)
          execute function intent_due();

        create function run_closed() returns trigger language plpgsql as $$
        begin
          perform pg_notify('intent_due', 'dispatch');
          return null;
        end $$;
        create trigger tr_runs_closed after update of state on runs for each row
          when (old.state in ('submitting', 'submitted', 'running') and new.state not in ('submitting', 'submitted', 'running'))
          execute function run_closed();
        """;

    // Jobs that wait for their first run; the order in which they were queued is their turn.
    private const string Queue = """
        update intents set
          user_id = jobs.user_id,
          queued_at = coalesce(jobs.queued_at, jobs.created_at),
          lane = case
            when intents.dead_since is not null or exists (
              select from runs where runs.job_id = jobs.job_id and state in ('submitting', 'unanswered', 'submitted', 'running')) then null
            else jobs.type || coalesce('/' || (jobs.work ->> 'upscale_model'), '')
          end
        from jobs where jobs.job_id = intents.job_id and intents.kind = 'dispatch';
        """;

    // Rows of this table live for seconds.
    private const string Vacuum = """
        alter table intents set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.1);
        """;

    private const string DropFunctions = """
        drop trigger tr_intents_turn on intents;
        drop trigger tr_intents_due on intents;
        drop trigger tr_runs_closed on runs;
        drop function intent_turn();
        drop function intent_due();
        drop function run_closed();
        drop function waiting_lanes();
        """;
}
