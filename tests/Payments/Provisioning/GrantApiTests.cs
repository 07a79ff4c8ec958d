using System.Text.Json;

namespace ReelBallers.Payments.Tests;

/// <summary>The name that a buyer gives, and who sees what.</summary>
[Collection(ProvisioningCollection.Name)]
public sealed class GrantApiTests(ProvisioningStack stack)
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly string _name = ProvisioningStack.NewName();

    [Theory]
    [InlineData("""{"pack":"script"}""")]
    [InlineData("""{"pack":"script","access_username":null}""")]
    [InlineData("""{"pack":"script","access_username":""}""")]
    [InlineData("""{"pack":"script","access_username":"j"}""")]
    [InlineData("""{"pack":"script","access_username":"jo jo"}""")]
    [InlineData("""{"pack":"script","access_username":"jo\n"}""")]
    [InlineData("""{"pack":"script","access_username":"jo\u0000"}""")]
    [InlineData("""{"pack":"script","access_username":"jo&pine_id=PUB;other"}""")]
    [InlineData("""{"pack":"script","access_username":"../../admin"}""")]
    [InlineData("""{"pack":"script","access_username":"<script>"}""")]
    [InlineData("""{"pack":"script","access_username":"j\u00f6"}""")]
    [InlineData("""{"pack":"script","access_username":"\uff4a\uff4f"}""")]
    [InlineData("""{"pack":"script","access_username":"jo\u202e"}""")]
    [InlineData("""{"pack":"script","access_username":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""")]
    [InlineData("""{"pack":"script","access_username":7}""")]
    [InlineData("""{"pack":"script","access_username":["jo"]}""")]
    [InlineData("""{"pack":"starter","access_username":"jo"}""")]
    [InlineData("""{"amount_cents":500,"access_username":"jo"}""")]
    public async Task A_name_that_is_none_or_is_for_nothing_is_rejected_and_changes_nothing(string body)
    {
        var answer = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, body);
        Assert.Equal(400, answer.Status);
        Assert.Equal(0, await stack.Database.ScalarAsync<long>($"select count(*) from checkouts where user_id = '{_user}'"));
    }

    [Fact]
    public async Task An_open_checkout_is_reused_for_the_same_name_only()
    {
        var first = await stack.TopupAsync(_user, $$"""{"pack":"month","access_username":"{{_name}}"}""");
        var same = await stack.TopupAsync(_user, $$"""{"pack":"month","access_username":"{{_name}}"}""");
        var other = await stack.TopupAsync(_user, """{"pack":"month","access_username":"somebody"}""");
        Assert.Equal(first.SessionId, same.SessionId);
        Assert.NotEqual(first.SessionId, other.SessionId);
        var open = await stack.SendAsync(HttpMethod.Get, $"/api/topup/{first.SessionId}", _user);
        Assert.Equal((_name, 0), (open.Text("access_username"), open.Body.GetProperty("grants").GetArrayLength()));
        Assert.Equal($"access for {_name}", await ProductAsync(first.SessionId));
    }

    [Fact]
    public async Task Nobody_sees_the_grants_of_another()
    {
        var paid = await stack.BuyAsync(_user, "both", _name);
        await stack.GrantsBecomeAsync(_user, "granted", "granted");
        var stranger = Guid.NewGuid();
        Assert.Empty(await stack.GrantsAsync(stranger));
        Assert.Equal(404, (await stack.SendAsync(HttpMethod.Get, $"/api/topup/{paid.SessionId}", stranger)).Status);
        Assert.Equal(401, (await stack.SendAsync(HttpMethod.Get, "/api/grants")).Status);
        // Whose account it has become does.
        await stack.Database.ExecuteAsync($"insert into joined_users values ('{_user}', '{stranger}', now())");
        Assert.Equal(2, (await stack.GrantsAsync(stranger)).Count);
    }

    [Fact]
    public async Task The_list_comes_in_pages()
    {
        await stack.BuyAsync(_user, "both", _name);
        await stack.BuyAsync(_user, "month", _name);
        await stack.GrantsBecomeAsync(_user, "granted", "granted", "granted");
        var (ids, cursor) = (new List<string>(), "");
        do
        {
            var page = (await stack.SendAsync(HttpMethod.Get, $"/api/grants?limit=1{cursor}", _user)).Body;
            ids.Add(Assert.Single(page.GetProperty("grants").EnumerateArray()).GetProperty("grant_id").GetString()!);
            cursor = page.GetProperty("next_cursor") is { ValueKind: JsonValueKind.String } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);
        Assert.Equal((await stack.GrantsAsync(_user)).Select(grant => grant.GetProperty("grant_id").GetString()), ids);
        foreach (var query in new[] { "limit=0", "limit=101", "limit=a", "cursor=", "cursor=AAAA", "cursor=%00" })
        {
            Assert.Equal(400, (await stack.SendAsync(HttpMethod.Get, $"/api/grants?{query}", _user)).Status);
        }
        var (all, after) = (new List<string>(), "");
        do
        {
            var page = await stack.Operator.ListGrantsAsync(
                new() { List = V1.GrantList.User, UserId = $"{_user}", Limit = 2, Cursor = after });
            all.AddRange(page.Grants.Select(grant => grant.GrantId));
            after = page.NextCursor;
        }
        while (after.Length > 0);
        Assert.Equal(ids, all);
        await ProvisioningStack.RejectsAsync("invalid_argument", () => stack.Operator.ListGrantsAsync(new()).ResponseAsync);
        await ProvisioningStack.RejectsAsync(
            "invalid_argument", () => stack.Operator.ListGrantsAsync(new() { List = V1.GrantList.Tasks, Cursor = "x" }).ResponseAsync);
    }

    [Fact]
    public async Task A_pack_that_grants_access_is_not_bought_without_its_user()
    {
        await stack.SaveCardAsync(_user);
        var answer = await stack.SendAsync(HttpMethod.Put, "/api/auto-topup", _user,
            """{"enabled":true,"threshold_cents":100,"pack":"script","monthly_cap_cents":5000}""");
        Assert.Equal((400, true), (answer.Status, answer.Body.GetProperty("errors").TryGetProperty("pack", out _)));
    }

    [Fact]
    public async Task The_name_of_an_erased_person_stays_only_while_there_is_access_to_be_taken_back()
    {
        var kept = await stack.BuyAsync(_user, "script", _name);
        var refunded = await stack.BuyAsync(_user, "month", _name);
        await stack.GrantsBecomeAsync(_user, "granted", "granted");
        await stack.RefundAsync(refunded.PaymentIntentId);
        await stack.GrantsBecomeAsync(_user, "revoked", "granted");
        await stack.Operator.ErasePersonAsync(new() { UserId = $"{_user}", Actor = "ann" });
        Assert.Equal(["", _name], (await stack.GrantsAsync(_user)).Select(grant => grant.GetProperty("access_username").GetString()));
        Assert.Equal(0, await stack.Database.ScalarAsync<long>(
            $"select count(*) from checkouts where user_id = '{_user}' and access_username is not null"));
        await stack.RefundAsync(kept.PaymentIntentId);
        await stack.GrantsBecomeAsync(_user, "revoked", "revoked");
        Assert.Null(await stack.AccessAsync(ProvisioningStack.Script, _name));
    }

    private async Task<string> ProductAsync(string sessionId) =>
        (await new global::Stripe.Checkout.SessionLineItemService(stack.Stripe).ListAsync(sessionId)).Data[0].Description;
}
