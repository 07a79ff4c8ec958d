using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using ReelBallers.Accounts.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>Both doors tell who a user is.</summary>
public sealed class AccountTests(AccountsFixture accounts) : IClassFixture<AccountsFixture>
{
    [Fact]
    public async Task An_anonymous_user_has_no_address_and_no_roles()
    {
        var user = Guid.NewGuid();
        var account = await accounts.App.CreateClient(user).GetFromJsonAsync<JsonElement>("/api/account");
        Assert.StartsWith(
            $$"""{"uid":"{{user}}","email":null,"pending_email":null,"roles":[],"mail":{""", account.GetRawText(),
            StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await accounts.Rpc().GetAccountAsync(new GetAccountRequest { UserId = $"{user}" }));
        Assert.Equal((StatusCode.NotFound, "account_not_found"), (refused.StatusCode, refused.Trailers.GetValue("error-code")));
    }

    [Fact]
    public async Task A_user_with_an_account_has_its_own_address()
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        var user = await accounts.CreateAccountAsync(email);
        await accounts.CreateAccountAsync($"{Guid.NewGuid():N}@example.com");
        var account = await accounts.App.CreateClient(user).GetFromJsonAsync<JsonElement>("/api/account");
        Assert.StartsWith(
            $$"""{"uid":"{{user}}","email":"{{email}}","pending_email":null,"roles":["user"],"mail":{""", account.GetRawText(),
            StringComparison.Ordinal);
        var message = await accounts.Rpc().GetAccountAsync(new GetAccountRequest { UserId = $"{user}" });
        Assert.Equal((user.ToString(), email), (message.UserId, message.Email));
    }

    [Fact]
    public async Task A_caller_without_identity_or_credential_is_not_authenticated()
    {
        using var anonymous = await accounts.App.CreateClient().GetAsync("/api/account");
        using var outside = await accounts.App.CreateClient(Guid.NewGuid(), withCredential: false).GetAsync("/api/account");
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (anonymous.StatusCode, outside.StatusCode));
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await accounts.Rpc(withCredential: false).GetAccountAsync(new GetAccountRequest { UserId = $"{Guid.NewGuid()}" }));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("{3f0c9a52-6a1f-4a7e-9f63-0d6f3a9b1c24}")]
    public async Task A_user_id_is_a_uuid(string userId)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await accounts.Rpc().GetAccountAsync(new GetAccountRequest { UserId = userId }));
        Assert.Equal((StatusCode.InvalidArgument, "invalid_argument"), (refused.StatusCode, refused.Trailers.GetValue("error-code")));
    }
}
