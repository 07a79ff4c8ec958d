using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>Routes that need a role are for operators, as Accounts has named them a moment ago.</summary>
public sealed class RoleTests : SessionTestBase
{
    private const string ForSupport = "/api/admin/for-support";
    private const string ForAdmins = "/api/admin/for-admins";

    private static readonly (string, string)[] Routes =
    [
        .. Route("for-support", ForSupport, "Support"), .. Route("for-admins", ForAdmins, "Admin"),
    ];

    [Fact]
    public async Task Only_operators_with_the_role_reach_a_route_that_needs_one()
    {
        await using var gateway = await StartAsync(Routes);
        var (user, support, admin) = (await OpenAsync(gateway), await OpenAsync(gateway, "support"), await OpenAsync(gateway, "admin"));
        await RejectedAsync(gateway, 404, "not_found", ForSupport, null);
        await KnowsAsync(gateway, ForSupport, support, 200);

        foreach (var path in new[] { ForSupport, ForAdmins })
        {
            await RejectedAsync(gateway, 404, "not_found", path, null);
            await RejectedAsync(gateway, 404, "not_found", path, user);
            await RejectedAsync(gateway, 404, "not_found", path, user, ("X-User-Role", "admin"));
            Assert.Equal("admin", await RoleOfAsync(gateway, path, admin));
        }
        Assert.Equal("support", await RoleOfAsync(gateway, ForSupport, support));
        Assert.Equal("support", await RoleOfAsync(gateway, ForSupport, support, ("x-user-role", "admin")));
        await RejectedAsync(gateway, 403, "permission_denied", ForAdmins, support, ("x-user-role", "admin"));
        // The same as for a path that does not exist.
        Assert.Equal(await BodyAsync(gateway, ForAdmins, user), await BodyAsync(gateway, "/api/admin/unknown", user));
    }

    [Fact]
    public async Task Other_routes_are_told_no_role()
    {
        await using var gateway = await StartAsync(Routes);
        var admin = await OpenAsync(gateway, "admin");
        await KnowsAsync(gateway, ForAdmins, admin, 200);
        Assert.Null(await RoleOfAsync(gateway, "/api/wallet", admin, ("X-User-Role", "admin")));
        Assert.Null(await RoleOfAsync(gateway, "/api/packs", null, ("X-User-Role", "admin")));
    }

    [Fact]
    public async Task A_role_that_was_taken_away_ends_with_the_next_poll()
    {
        await using var gateway = await StartAsync(Routes);
        var admin = await OpenAsync(gateway, "admin");
        await KnowsAsync(gateway, ForAdmins, admin, 200);
        gateway.Operators[admin.Uid] = "support";
        await KnowsAsync(gateway, ForAdmins, admin, 403);
        gateway.Operators.Remove(admin.Uid);
        await KnowsAsync(gateway, ForSupport, admin, 404);
    }

    [Fact]
    public async Task While_Accounts_does_not_answer_roles_end_and_users_are_served()
    {
        await using var gateway = await StartAsync(Routes);
        var admin = await OpenAsync(gateway, "admin");
        await KnowsAsync(gateway, ForAdmins, admin, 200);
        await gateway.StopBackendAsync("accounts");
        Clock.Advance(OperatorRoles.MaxAge + TimeSpan.FromSeconds(1));
        await RejectedAsync(gateway, 503, "service_unavailable", ForAdmins, admin);
        await RejectedAsync(gateway, 404, "not_found", ForAdmins, await OpenAsync(gateway));
        Assert.Null(await RoleOfAsync(gateway, "/api/wallet", admin));
    }

    [Fact]
    public async Task Requests_of_operators_ask_Accounts_together_when_the_poll_is_late()
    {
        await using var gateway = await StartAsync(Routes);
        var admin = await OpenAsync(gateway, "admin");
        // The poll waits for the test's clock.
        Assert.Equal(0, gateway.Accounts.OperatorQuestions);
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RoleOfAsync(gateway, ForAdmins, admin))),
            role => Assert.Equal("admin", role));
        Assert.Equal(1, gateway.Accounts.OperatorQuestions);
        Assert.Equal("admin", await RoleOfAsync(gateway, ForAdmins, admin));
        Assert.Equal(1, gateway.Accounts.OperatorQuestions);
    }

    private static (string, string)[] Route(string id, string path, string role) =>
    [
        ($"ReverseProxy:Routes:{id}:ClusterId", "wallet"), ($"ReverseProxy:Routes:{id}:Match:Path", path),
        ($"ReverseProxy:Routes:{id}:Match:Methods:0", "GET"), ($"ReverseProxy:Routes:{id}:Metadata:Role", role),
    ];

    private static async Task<(Guid Uid, string Token)> OpenAsync(TestGateway gateway, string? role = null)
    {
        var session = await gateway.OpenSessionAsync();
        if (role is not null)
        {
            gateway.Operators[session.Uid] = role;
        }
        return session;
    }

    // The Gateway polls by the test's clock.
    private Task KnowsAsync(TestGateway gateway, string path, (Guid Uid, string Token) caller, int status) => Eventually.IsTrueAsync(
        async () =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            using var answer = await GetAsync(gateway, path, caller);
            return (int)answer.StatusCode == status;
        },
        $"{path} is {status}");

    private static async Task<HttpResponseMessage> GetAsync(
        TestGateway gateway, string path, (Guid Uid, string Token)? caller, params (string Name, string Value)[] headers) =>
        await gateway.SendAsync(
            HttpMethod.Get, path, caller is { } known ? [("Cookie", $"uid={known.Token}"), .. headers] : headers);

    private static async Task RejectedAsync(
        TestGateway gateway, int status, string code, string path, (Guid Uid, string Token)? caller, params (string, string)[] headers)
    {
        using var answer = await GetAsync(gateway, path, caller, headers);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((status, code), ((int)answer.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    private static async Task<string?> RoleOfAsync(
        TestGateway gateway, string path, (Guid Uid, string Token)? caller, params (string, string)[] headers)
    {
        using var answer = await GetAsync(gateway, path, caller, headers);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<Echo>())!.Headers.GetValueOrDefault("x-user-role");
    }

    private static async Task<string> BodyAsync(TestGateway gateway, string path, (Guid Uid, string Token) caller)
    {
        using var answer = await GetAsync(gateway, path, caller);
        var problem = await answer.Content.ReadFromJsonAsync<Dictionary<string, JsonElement>>();
        problem!.Remove("trace_id");
        return JsonSerializer.Serialize(problem);
    }
}
