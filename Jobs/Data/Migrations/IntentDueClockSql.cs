namespace ReelBallers.Jobs.Data.Migrations;

// What the model cannot express.
public partial class IntentDueClock
{
    // A transaction that has waited for a lock makes an intent due after its own start.
    private const string ByClock =
        $"""
        create or replace trigger tr_intents_due after insert or update of due_at on intents for each row
          when (new.due_at <= clock_timestamp() {Rest};
        """;

    private const string ByStartOfTransaction =
        $"""
        create or replace trigger tr_intents_due after insert or update of due_at on intents for each row
          when (new.due_at <= now() {Rest};
        """;

    private const string Rest =
        "+ interval '100 milliseconds' and new.leased_until is null and new.dead_since is null) execute function intent_due()";
}
