namespace ReelBallers.Jobs.Data.Migrations;

// What the model cannot express.
public partial class ReceiptsAndHistory
{
    // Jobs that have ended before, except those that an operator has to correct.
    private const string ChargeEnded = """
        update jobs set charged_cents = case when status = 'completed' then cost_cents else 0 end
        where status in ('completed', 'failed', 'cancelled', 'timed_out')
          and not exists (select from intents where intents.job_id = jobs.job_id and kind = 'end_hold')
        """;
}
