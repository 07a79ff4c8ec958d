namespace ReelBallers.Jobs.Data.Migrations;

// What the model cannot express.
public partial class Runs
{
    // The submission that a job had becomes its first run.
    private const string MoveRuns = """
        insert into runs (job_id, number, endpoint_id, runpod_id, hinted_runpod_id, state, submitted_at, started_at, ended_at)
        select job_id, 1, coalesce(runpod_endpoint_id, 'unknown'), runpod_id, hinted_runpod_id,
          case
            when outcome is not null then outcome
            when runpod_id is null then 'unanswered'
            when started_at is not null then 'running'
            else 'submitted'
          end,
          coalesce(submitted_at, unanswered_since), started_at, case when outcome is not null then updated_at end
        from jobs left join (
          select job_id, waiting_since as unanswered_since from intents where kind = 'dispatch') dispatch using (job_id)
        where runpod_id is not null or unanswered_since is not null;
        """;
}
