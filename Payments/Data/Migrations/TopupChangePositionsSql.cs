namespace ReelBallers.Payments.Data.Migrations;

// What the model cannot express.
public partial class TopupChangePositions
{
    // Of what the user sees: reading the session at Stripe alone is no change.
    private const string Stamps = """
        create function topup_stamp() returns trigger language plpgsql as $$
        begin
          new.changed_in := pg_current_xact_id()::text::bigint;
          return new;
        end $$;
        create trigger tr_checkouts_stamp before update on checkouts for each row
          when ((new.status, new.session_id, new.payment_intent_id, new.discount_cents, new.tax_cents, new.receipt_url, new.invoice_url,
              new.access_username)
            is distinct from (old.status, old.session_id, old.payment_intent_id, old.discount_cents, old.tax_cents, old.receipt_url,
              old.invoice_url, old.access_username))
          execute function topup_stamp();
        create trigger tr_access_grants_stamp before update on access_grants for each row
          when ((new.state, new.access_until) is distinct from (old.state, old.access_until))
          execute function topup_stamp();
        """;

    // Wakes the event streams of all replicas.
    private const string Notifications = """
        create function topup_changed() returns trigger language plpgsql as $$
        begin
          perform pg_notify('topup_changed', 'user:' || new.user_id);
          return null;
        end $$;
        create trigger tr_checkouts_changed after update on checkouts for each row
          when (new.changed_in is distinct from old.changed_in) execute function topup_changed();
        create trigger tr_access_grants_changed after update on access_grants for each row
          when (new.changed_in is distinct from old.changed_in) execute function topup_changed();
        """;

    private const string Drop = """
        drop trigger tr_checkouts_changed on checkouts;
        drop trigger tr_access_grants_changed on access_grants;
        drop trigger tr_checkouts_stamp on checkouts;
        drop trigger tr_access_grants_stamp on access_grants;
        drop function topup_changed();
        drop function topup_stamp();
        """;
}
