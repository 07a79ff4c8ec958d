using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.Accounts.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts.Tests;

/// <summary>Who is an admin, and who gives roles.</summary>
public sealed class RoleTests(AccountsFixture accounts) : IClassFixture<AccountsFixture>
{
    [Fact]
    public async Task The_configured_address_is_the_first_admin_who_gives_and_takes_roles()
    {
        var user = await accounts.SignInAsync(Guid.NewGuid(), AccountsFixture.NewEmail());
        await RejectedAsync(StatusCode.PermissionDenied, "permission_denied", user, user, "admin");
        var admin = await accounts.SignInAsync(Guid.NewGuid(), AccountsFixture.AdminEmail);
        Assert.Equal(["user", "admin"], await RolesAsync(admin));
        await RejectedAsync(StatusCode.FailedPrecondition, "last_admin", admin, admin, "support");
        await RejectedAsync(StatusCode.NotFound, "account_not_found", admin, Guid.NewGuid(), "support");
        await RejectedAsync(StatusCode.InvalidArgument, "invalid_argument", admin, user, "owner");
        await RejectedAsync(StatusCode.InvalidArgument, "invalid_argument", admin, user, "support", reason: " ");
        await RejectedAsync(StatusCode.InvalidArgument, "invalid_argument", admin, user, "support", reason: new string('a', 1001));

        await SetAsync(admin, user, "support");
        await SetAsync(admin, user, "support");
        Assert.Equal(["user", "support"], await RolesAsync(user));
        Assert.Equal(new[] { $"{admin} admin", $"{user} support" }.Order(), await OperatorsAsync());
        await RejectedAsync(StatusCode.PermissionDenied, "permission_denied", user, admin, "user");
        await SetAsync(admin, user, "admin", reason: new string('a', 1000));
        await SetAsync(user, admin, "user");
        Assert.Equal(["user"], await RolesAsync(admin));
        Assert.Equal([$"{user} admin"], await OperatorsAsync());
        // There is an admin: the address is not made one again.
        Assert.Equal(admin, await accounts.SignInAsync(Guid.NewGuid(), AccountsFixture.AdminEmail));
        Assert.Equal(["user"], await RolesAsync(admin));
        Assert.Equal(
            $"system>{admin} user>admin;{admin}>{user} user>support;{admin}>{user} support>admin;{user}>{admin} admin>user",
            await accounts.Database.ScalarAsync<string>(
                """
                select string_agg(concat(coalesce(actor_id::text, 'system'), '>', subject_id, ' ', before::json->>'role', '>',
                    after::json->>'role'), ';' order by sequence)
                from audit_entries where action = 'role_changed'
                """));

        // Two admins who take each other's role at once leave one.
        await SetAsync(user, admin, "admin");
        var outcomes = await Task.WhenAll(
            new[] { (admin, user), (user, admin) }.Select(pair => TrySetAsync(pair.Item1, pair.Item2, "user")));
        Assert.Equal(1, outcomes.Count(code => code is null));
        Assert.Equal(1, await accounts.Database.ScalarAsync<long>("select count(*) from accounts where role = 2"));

        // A change that is repeated, since its answer was lost, undoes nothing that was done in between.
        var last = await accounts.Database.ScalarAsync<Guid>("select user_id from accounts where role = 2");
        var third = await accounts.SignInAsync(Guid.NewGuid(), AccountsFixture.NewEmail());
        var act = new AuditedAct(AuditActions.RoleChanged, last, third, "as asked");
        Assert.Equal(RoleChange.Done, await ChangeAsync(act, third, Role.Support));
        await SetAsync(last, third, "user");
        Assert.Equal(RoleChange.Done, await ChangeAsync(act, third, Role.Support));
        Assert.Equal(["user"], await RolesAsync(third));
    }

    private async Task<RoleChange> ChangeAsync(AuditedAct act, Guid user, Role role)
    {
        await using var scope = accounts.App.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<RoleChanges>().SetAsync(act, user, role, CancellationToken.None);
    }

    private async Task<string?[]> RolesAsync(Guid user)
    {
        var account = await accounts.App.CreateClient(user).GetFromJsonAsync<JsonElement>("/api/account");
        string?[] roles = [.. account.GetProperty("roles").EnumerateArray().Select(role => role.GetString())];
        Assert.Equal(roles, (await accounts.Rpc().GetAccountAsync(new GetAccountRequest { UserId = $"{user}" })).Roles);
        return roles;
    }

    private async Task<IEnumerable<string>> OperatorsAsync() =>
        (await accounts.Rpc().ListOperatorsAsync(new ListOperatorsRequest())).Operators.Select(row => $"{row.UserId} {row.Role}").Order();

    private async Task SetAsync(Guid actor, Guid user, string role, string reason = "as asked") =>
        await accounts.Rpc().SetRoleAsync(new SetRoleRequest { ActorId = $"{actor}", UserId = $"{user}", Role = role, Reason = reason });

    private async Task<string?> TrySetAsync(Guid actor, Guid user, string role)
    {
        try
        {
            await SetAsync(actor, user, role);
            return null;
        }
        catch (RpcException rejected)
        {
            return rejected.Trailers.GetValue("error-code");
        }
    }

    private async Task RejectedAsync(StatusCode status, string code, Guid actor, Guid user, string role, string reason = "as asked")
    {
        var rejected = await Assert.ThrowsAsync<RpcException>(() => SetAsync(actor, user, role, reason));
        Assert.Equal((status, code), (rejected.StatusCode, rejected.Trailers.GetValue("error-code")));
    }
}
