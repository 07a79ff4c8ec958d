using ReelBallers.Operations.V1;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>Operators are told of access that is not given.</summary>
[Collection(ProvisioningCollection.Name)]
public sealed class GrantConditionTests(ProvisioningStack stack)
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly string _name = ProvisioningStack.NewName();

    [Fact]
    public async Task The_third_failure_is_told_and_then_the_task()
    {
        await using (await stack.PauseAsync())
        {
            await stack.BuyAsync(_user, "month", _name);
            await stack.GrantsBecomeAsync(_user, "pending");
            // As the worker leaves it after each failure; the third one is still being made.
            await SetAsync("attempts = 2, error = 'The outside system answered 500.', next_attempt_at = now() + interval '1 hour'");
            Assert.Null(await OfAsync(ConditionKinds.ProvisioningFailed));
            await SetAsync("attempts = 3, lease_id = gen_random_uuid(), leased_until = now() + interval '1 minute'");
            Assert.Null(await OfAsync(ConditionKinds.ProvisioningFailed));
            await SetAsync("lease_id = null, leased_until = null");
            Assert.Equal(
                $"Grant {await stack.GrantIdAsync(_user)} of {ProvisioningStack.Monthly} has failed 3 times (Pending): "
                + "The outside system answered 500.",
                await OfAsync(ConditionKinds.ProvisioningFailed));
            await SetAsync("is_waiting_for_session = true");
            Assert.Null(await OfAsync(ConditionKinds.ProvisioningFailed));
            Assert.Equal(
                "The outside system rejects our session; 1 grants wait for a new one.",
                await stack.Payments.ConditionAsync(ConditionKinds.SessionRejected, "session"));
            await SetAsync("is_waiting_for_session = false");
        }
        await using (await stack.AccessFaultAsync("status", "add", times: 1_000, status: 500))
        {
            await SetAsync("next_attempt_at = now()");
            await stack.GrantsBecomeAsync(_user, "manual");
        }
        Assert.Null(await OfAsync(ConditionKinds.ProvisioningFailed));
        Assert.Contains("is to be done by hand (Manual)", await OfAsync(ConditionKinds.ManualTask), StringComparison.Ordinal);
        Assert.Null(await stack.Payments.ConditionAsync(ConditionKinds.SessionRejected, "session"));

        var id = await stack.GrantIdAsync(_user);
        await stack.AddByHandAsync(ProvisioningStack.Monthly, _name);
        await stack.Operator.CompleteGrantAsync(new() { GrantId = id, IdempotencyKey = $"{_user}", Actor = "ann" });
        Assert.Null(await OfAsync(ConditionKinds.ManualTask));
        await SetAsync($"state = {(short)GrantState.Failed}");
        Assert.Contains("is not tried any more (Failed)", await OfAsync(ConditionKinds.DeadGrant), StringComparison.Ordinal);
        await SetAsync($"state = {(short)GrantState.Granted}");
        Assert.Null(await OfAsync(ConditionKinds.DeadGrant));
    }

    private Task SetAsync(string values) =>
        stack.Database.ExecuteAsync($"update access_grants set {values} where user_id = '{_user}'");

    private async Task<string?> OfAsync(string kind) => await stack.Payments.ConditionAsync(kind, await stack.GrantIdAsync(_user));
}
