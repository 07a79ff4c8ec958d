namespace ReelBallers.Jobs.Data.Migrations;

// What the model cannot express.
public partial class IntentDueClock
{
    // A transaction that has waited for a lock makes an intent due after its own start.
    private static readonly string ByClock = Trigger("clock_timestamp()");

    private static readonly string ByStartOfTransaction = Trigger("now()");

    private static string Trigger(string now) =>
        $"""
        create or replace trigger tr_intents_due after insert or update of due_at on intents for each row
          when (new.due_at <= {now} + interval '100 milliseconds' and new.leased_until is null and new.dead_since is null)
          execute function intent_due();
        """;
}
