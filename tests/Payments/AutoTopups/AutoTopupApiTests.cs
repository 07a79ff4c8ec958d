namespace ReelBallers.Payments.Tests;

/// <summary>The rule, as its user changes it.</summary>
[Collection(StackCollection.Name)]
public sealed class AutoTopupApiTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task Without_a_rule_it_is_off()
    {
        var answer = await stack.AutoTopupAsync(_user);

        Assert.Equal((200, "off", false), (answer.Status, answer.Text("state"), answer.Body.GetProperty("enabled").GetBoolean()));
        Assert.Equal(401, (await stack.SendAsync(HttpMethod.Get, "/api/auto-topup")).Status);
        Assert.Equal(401, (await stack.SendAsync(HttpMethod.Put, "/api/auto-topup", json: "{}")).Status);
    }

    [Fact]
    public async Task It_takes_a_saved_card()
    {
        await stack.PaidAsync(_user);

        var answer = await stack.SendAsync(HttpMethod.Put, "/api/auto-topup", _user,
            """{"enabled":true,"threshold_cents":100,"pack":"starter","monthly_cap_cents":500}""");

        Assert.Equal((409, "card_required"), (answer.Status, answer.Code));
        Assert.Equal("off", (await stack.AutoTopupAsync(_user)).Text("state"));
    }

    [Fact]
    public async Task It_is_turned_on_and_off()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user, threshold: 200, cap: 2_000, pack: "pro");
        var on = await stack.AutoTopupAsync(_user);
        Assert.Equal(
            (true, 200, "pro", 2_000, "active"),
            (on.Body.GetProperty("enabled").GetBoolean(), on.Number("threshold_cents"), on.Text("pack"), on.Number("monthly_cap_cents"),
                on.Text("state")));

        var off = await stack.SendAsync(HttpMethod.Put, "/api/auto-topup", _user, """{"enabled":false}""");

        Assert.Equal(
            (200, "off", 200), (off.Status, off.Text("state"), off.Number("threshold_cents")));
        await stack.SpendAsync(_user, 500);
        Assert.Equal(0, await stack.AutoTopupCountAsync(_user));
    }

    [Theory]
    [InlineData("{}", "enabled")]
    [InlineData("null", "enabled")]
    [InlineData("""{"enabled":"yes"}""", "enabled")]
    [InlineData("""{"enabled":true}""", "threshold_cents", "pack", "monthly_cap_cents")]
    [InlineData("""{"enabled":true,"threshold_cents":0,"pack":"starter","monthly_cap_cents":500}""", "threshold_cents")]
    [InlineData("""{"enabled":true,"threshold_cents":1000000001,"pack":"starter","monthly_cap_cents":500}""", "threshold_cents")]
    [InlineData("""{"enabled":true,"threshold_cents":1,"pack":"none","monthly_cap_cents":500}""", "pack")]
    [InlineData("""{"enabled":true,"threshold_cents":1,"pack":"starter","monthly_cap_cents":499}""", "monthly_cap_cents")]
    [InlineData("""{"enabled":true,"threshold_cents":1,"pack":"starter","monthly_cap_cents":9223372036854775807}""", "monthly_cap_cents")]
    [InlineData("""{"enabled":true,"threshold_cents":1,"pack":["starter"],"monthly_cap_cents":500}""", "pack")]
    [InlineData("""{"enabled":true,"threshold_cents":1.5,"pack":"starter","monthly_cap_cents":500}""", "threshold_cents")]
    public async Task A_wrong_rule_is_rejected_by_its_fields(string json, params string[] fields)
    {
        var answer = await stack.SendAsync(HttpMethod.Put, "/api/auto-topup", _user, json);

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Code));
        Assert.Equal(fields, answer.Body.GetProperty("errors").EnumerateObject().Select(error => error.Name));
        Assert.Equal("off", (await stack.AutoTopupAsync(_user)).Text("state"));
    }

    [Fact]
    public async Task The_price_is_the_catalogues_and_never_the_callers()
    {
        await stack.SaveCardAsync(_user);
        var answer = await stack.SendAsync(HttpMethod.Put, "/api/auto-topup", _user,
            """{"enabled":true,"threshold_cents":400,"pack":"starter","monthly_cap_cents":500,"price_cents":1,"agreed_price_cents":1}""");
        Assert.Equal(200, answer.Status);

        await stack.SpendAsync(_user, 101);

        await stack.BalanceBecomesAsync(_user, 899);
        Assert.Equal(500, await stack.ChargedAsync(_user));
    }
}
