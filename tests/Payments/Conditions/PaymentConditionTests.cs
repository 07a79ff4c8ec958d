using ReelBallers.Operations.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>Operators are told of what Payments has given up or set aside, and of disputes.</summary>
[Collection(StackCollection.Name)]
public sealed class PaymentConditionTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_dead_event_and_a_parked_item_are_told_until_they_are_dealt_with()
    {
        var id = Stack.NewEventId();
        await stack.Database.ExecuteAsync(
            $"""
            insert into stripe_events (id, type, payload, created_at, received_at, state, outcome, error, attempts, next_attempt_at)
            values ('{id}', 'charge.refunded', '', now(), now(), 3, 'gave_up', E'line\nline', 80, now());
            insert into parked_items (kind, id, reason, attempts, parked_at) values (1, '{id}', 'failed', 1, now());
            """);
        Assert.Equal(
            $"Event {id} (charge.refunded) is not tried any more: gave_up. line line",
            await stack.Payments.ConditionAsync(ConditionKinds.DeadPaymentEvent, id));
        Assert.Equal(
            $"Session {id} is set aside, in the queue parked of the dead letters: failed. ",
            await stack.Payments.ConditionAsync(ConditionKinds.ParkedItem, $"1/{id}/failed"));
        await stack.Database.ExecuteAsync($"update stripe_events set state = 2 where id = '{id}'");
        await stack.Operator.DismissParkedItemAsync(new() { Kind = V1.ParkedItemKind.Session, Id = id });
        Assert.Null(await stack.Payments.ConditionAsync(ConditionKinds.DeadPaymentEvent, id));
        Assert.Null(await stack.Payments.ConditionAsync(ConditionKinds.ParkedItem, $"1/{id}"));
    }

    [Fact]
    public async Task A_dispute_is_told_with_its_due_date_until_evidence_was_submitted()
    {
        var paid = await stack.PaidAsync(_user);
        var dispute = await stack.DisputeAsync(paid.PaymentIntentId);
        var text = await Eventually.BecomesAsync(
            () => stack.Payments.ConditionAsync(ConditionKinds.DisputeDue, dispute), found => found is not null, "the dispute is told");
        var due = await stack.Database.ScalarAsync<DateTime>($"select evidence_due_by from stripe_reversals where id = '{dispute}'");
        Assert.Equal(
            $"Dispute {dispute} of 500 cents takes evidence until {due.ToString("d MMMM yyyy, HH:mm", null)} UTC (needs_response): "
                + $"POST /api/admin/disputes/{dispute}/evidence.",
            text);
        await stack.Operator.SubmitDisputeEvidenceAsync(new() { DisputeId = dispute, Actor = "ann" });
        await Eventually.IsTrueAsync(
            async () => await stack.Payments.ConditionAsync(ConditionKinds.DisputeDue, dispute) is null, "the dispute is not due any more");
    }

    [Fact]
    public async Task Every_kind_has_a_list_and_a_long_one_is_cut_off_after_the_newest()
    {
        await stack.Database.ExecuteAsync(
            $"""
            insert into parked_items (kind, id, reason, attempts, parked_at)
            select 2, '{_user}-' || number, 'failed', 1, now() + number * interval '1 second' from generate_series(1, 1001) as number
            """);
        try
        {
            var lists = await stack.Payments.ConditionsAsync();
            Assert.Equal(
                [
                    ConditionKinds.DeadGrant, ConditionKinds.DeadPaymentEvent, ConditionKinds.DisputeDue, ConditionKinds.ManualTask,
                    ConditionKinds.ParkedItem, ConditionKinds.ProvisioningFailed, ConditionKinds.SessionRejected,
                ],
                lists.Keys.Order());
            var parked = lists[ConditionKinds.ParkedItem];
            Assert.Equal((ConditionLists.MaxListed, false, $"2/{_user}-1001/failed"),
                (parked.Conditions.Count, parked.IsComplete, parked.Conditions[0].Subject));
            Assert.True(lists[ConditionKinds.ManualTask].IsComplete);
        }
        finally
        {
            await stack.Database.ExecuteAsync($"delete from parked_items where id like '{_user}%'");
        }
    }
}
