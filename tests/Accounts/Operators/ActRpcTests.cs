using Grpc.Core;
using ReelBallers.Accounts.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts.Tests;

/// <summary>Acts that another service carries out are recorded by gRPC.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class ActRpcTests(OperatorsFixture operators)
{
    [Fact]
    public async Task An_act_is_recorded_once_before_it_is_carried_out_and_once_after()
    {
        var accounts = new V1.AccountsService.AccountsServiceClient(operators.App.Invoker());
        var user = Guid.NewGuid();
        var act = Act(operators.Support, user);
        Assert.False((await accounts.BeginActAsync(act)).Ended);
        Assert.False((await accounts.BeginActAsync(act)).Ended);
        await accounts.EndActAsync(new EndActRequest { ActId = act.ActId });
        await accounts.EndActAsync(new EndActRequest { ActId = act.ActId });
        Assert.True((await accounts.BeginActAsync(act)).Ended);
        Assert.Equal("sessions_revoked 0 - -;sessions_revoked 1 - -", await operators.EntriesAsync($"subject_id = '{user}'"));

        var admins = Act(operators.Support, user);
        admins.Role = "admin";
        foreach (var (rejected, code) in new[]
        {
            (admins, "permission_denied"), (Act(Guid.NewGuid(), user), "permission_denied"),
            (Changed(act, it => it.Reason = " "), "invalid_argument"), (Changed(act, it => it.Action = "A"), "invalid_argument"),
            (Changed(act, it => it.SubjectId = "1"), "invalid_argument"), (Changed(act, it => it.Role = "owner"), "invalid_argument"),
        })
        {
            Assert.Equal(code, (await Assert.ThrowsAsync<RpcException>(async () => await accounts.BeginActAsync(rejected))).ErrorCode());
        }
        var unknown = await Assert.ThrowsAsync<RpcException>(async () =>
            await accounts.EndActAsync(new EndActRequest { ActId = $"{Guid.NewGuid()}" }));
        Assert.Equal("act_not_found", unknown.ErrorCode());
        Assert.Equal(2, await operators.Database.ScalarAsync<long>($"select count(*) from audit_entries where subject_id = '{user}'"));
    }

    private static BeginActRequest Act(Guid actor, Guid user) => new()
    {
        ActId = $"{Guid.NewGuid()}",
        ActorId = $"{actor}",
        Role = "support",
        Action = "sessions_revoked",
        SubjectId = $"{user}",
        Reason = "Lost a phone.",
        ClientAddress = "203.0.113.9",
    };

    private static BeginActRequest Changed(BeginActRequest act, Action<BeginActRequest> change)
    {
        var changed = act.Clone();
        changed.ActId = $"{Guid.NewGuid()}";
        change(changed);
        return changed;
    }
}
