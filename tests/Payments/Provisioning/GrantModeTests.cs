namespace ReelBallers.Payments.Tests;

/// <summary>Without the API, and without an operator to fall back to.</summary>
[Collection(ProvisioningCollection.Name)]
public sealed class GrantModeTests(ProvisioningStack stack)
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly string _name = ProvisioningStack.NewName();

    [Fact]
    public async Task By_hand_there_are_tasks_from_the_start_for_giving_and_for_taking_back()
    {
        await using var paused = await stack.PauseAsync();
        await using var replica = await stack.StartPaymentsAsync(("Provisioning:Mode", "manual"));
        var paid = await stack.BuyAsync(_user, "script", _name);
        await stack.GrantsBecomeAsync(_user, "manual");
        // It does not count for the share that the API does.
        Assert.True(await stack.ColumnAsync<bool>(_user, "begun_at is null"));
        await CompleteAsync("1");
        await stack.GrantsBecomeAsync(_user, "granted");

        await stack.RefundAsync(paid.PaymentIntentId);
        await StateBecomesAsync(GrantState.ManualRevoke);
        await stack.GrantsBecomeAsync(_user, "revoking");
        Assert.True(await stack.ColumnAsync<bool>(_user, "completion_key is null"));
        var task = (await stack.Operator.ListGrantsAsync(new() { List = V1.GrantList.Tasks, Limit = 100 })).Grants
            .Single(grant => grant.UserId == _user.ToString());
        Assert.Equal((V1.GrantState.ManualRevoke, false, _name), (task.State, task.Wanted, task.AccessUsername));
        await CompleteAsync("2");
        await stack.GrantsBecomeAsync(_user, "revoked");
        Assert.Null(await stack.AccessAsync(ProvisioningStack.Script, _name));
        Assert.Equal("manual", (await Operator(replica).GetProvisioningHealthAsync(new())).Mode);
    }

    [Fact]
    public async Task A_task_whose_payment_is_refunded_is_to_be_taken_back_since_it_may_have_been_done()
    {
        await using var paused = await stack.PauseAsync();
        await using var replica = await stack.StartPaymentsAsync(("Provisioning:Mode", "manual"));
        var paid = await stack.BuyAsync(_user, "script", _name);
        await stack.GrantsBecomeAsync(_user, "manual");
        await stack.RefundAsync(paid.PaymentIntentId);
        await StateBecomesAsync(GrantState.ManualRevoke);
    }

    [Fact]
    public async Task Without_a_fallback_it_is_a_dead_letter_that_an_operator_replays()
    {
        await using var paused = await stack.PauseAsync();
        await using var replica = await stack.StartPaymentsAsync(
            ("Provisioning:FallbackMode", "none"), ("Provisioning:MaxAttempts", "1"));
        await using (await stack.AccessFaultAsync("status", "add", times: 1, status: 500))
        {
            await stack.BuyAsync(_user, "script", _name);
            await stack.GrantsBecomeAsync(_user, "failed");
        }
        var dead = (await stack.Operator.ListGrantsAsync(new() { List = V1.GrantList.Dead, Limit = 100 })).Grants
            .Single(grant => grant.UserId == _user.ToString());
        Assert.Equal((V1.GrantState.Failed, 1), (dead.State, dead.Attempts));
        await stack.Operator.ReplayGrantAsync(new() { GrantId = dead.GrantId });
        await stack.GrantsBecomeAsync(_user, "granted");
        await ProvisioningStack.RejectsAsync(
            "grant_not_dead", () => stack.Operator.ReplayGrantAsync(new() { GrantId = dead.GrantId }).ResponseAsync);
        await ProvisioningStack.RejectsAsync(
            "grant_not_found", () => stack.Operator.ReplayGrantAsync(new() { GrantId = $"{Guid.NewGuid()}" }).ResponseAsync);
        await ProvisioningStack.RejectsAsync(
            "invalid_argument", () => stack.Operator.ReplayGrantAsync(new() { GrantId = "1" }).ResponseAsync);
    }

    private static V1.PaymentsService.PaymentsServiceClient Operator(ReelBallers.TestKit.ServiceApp replica) => new(replica.Invoker());

    private Task StateBecomesAsync(GrantState state) => ReelBallers.TestKit.Eventually.IsTrueAsync(
        async () => await stack.ColumnAsync<short>(_user, "state") == (short)state, $"a grant that is {state}");

    private async Task CompleteAsync(string key) => await stack.Operator.CompleteGrantAsync(
        new() { GrantId = await stack.GrantIdAsync(_user), IdempotencyKey = key, Actor = "ann" });
}
