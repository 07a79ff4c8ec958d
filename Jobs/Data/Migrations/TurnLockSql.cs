namespace ReelBallers.Jobs.Data.Migrations;

// What the model cannot express.
public partial class TurnLock
{
    // A user's jobs that are queued at the same time get a turn each. The number of locks is bounded, as the table of locks is.
    private const string Lock = "perform pg_advisory_xact_lock(hashtext('turn'), hashtext(new.user_id::text) % 1024);";

    private const string TurnOfOneAtATime =
        $"""
        create or replace function intent_turn() returns trigger language plpgsql as $$
        begin
          {Lock}
          {Turn}
          return new;
        end $$;
        """;

    private const string TurnWithoutLock =
        $"""
        create or replace function intent_turn() returns trigger language plpgsql as $$
        begin
          {Turn}
          return new;
        end $$;
        """;

    private const string Turn =
        """
        new.turn := greatest(0,
            (select max(turn) + 1 from intents where user_id = new.user_id and lane is not null and dead_since is null),
            (select min((select turn from intents where intents.lane = waiting.lane and dead_since is null order by turn limit 1))
              from waiting_lanes() as waiting(lane)));
        """;
}
