using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Saved cards: saved on request, listed, made the default, removed, and only by their owner.</summary>
[Collection(StackCollection.Name)]
public sealed class CardTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_card_is_saved_on_request_only()
    {
        await stack.PaidAsync(_user);
        Assert.Empty(await stack.CardsAsync(_user));

        var card = await stack.SaveCardAsync(_user);

        var listed = Assert.Single(await stack.CardsAsync(_user));
        Assert.Equal(
            (card, "visa", "4242", true),
            (listed.GetProperty("id").GetString(), listed.GetProperty("brand").GetString(), listed.GetProperty("last4").GetString(),
                listed.GetProperty("is_default").GetBoolean()));
        Assert.Matches("^(0[1-9]|1[0-2])/20[0-9]{2}$", listed.GetProperty("exp").GetString());
        Assert.Equal(5, listed.EnumerateObject().Count());
    }

    [Fact]
    public async Task An_open_session_is_not_reused_when_only_one_of_the_requests_saves_the_card()
    {
        var plain = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        var saving = await stack.TopupAsync(_user, """{"pack":"starter","save_card":true}""");
        var again = await stack.TopupAsync(_user, """{"pack":"starter","save_card":true}""");

        Assert.NotEqual(plain.SessionId, saving.SessionId);
        Assert.Equal(saving, again);
    }

    [Fact]
    public async Task The_newest_card_is_the_default_until_another_is_chosen()
    {
        var first = await stack.SaveCardAsync(_user);
        var topup = await stack.TopupAsync(_user, """{"pack":"pro","save_card":true}""");
        Assert.Equal(303, (await stack.PayAsync(topup.CheckoutUrl, ("card_number", "5555555555554444"))).Status);
        await stack.BalanceBecomesAsync(_user, 2_700);
        var cards = await stack.CardsAsync(_user);
        var second = cards.Select(card => card.GetProperty("id").GetString()!).Single(id => id != first);
        Assert.Equal(second, DefaultOf(cards));

        Assert.Equal(204, (await stack.SendAsync(HttpMethod.Put, $"/api/cards/{first}/default", _user)).Status);
        Assert.Equal(first, DefaultOf(await stack.CardsAsync(_user)));

        Assert.Equal(204, (await stack.SendAsync(HttpMethod.Delete, $"/api/cards/{first}", _user)).Status);
        Assert.Equal(second, DefaultOf(await stack.CardsAsync(_user)));
    }

    [Fact]
    public async Task A_removed_card_is_gone_at_Stripe_too()
    {
        var card = await stack.SaveCardAsync(_user);

        Assert.Equal(204, (await stack.SendAsync(HttpMethod.Delete, $"/api/cards/{card}", _user)).Status);

        Assert.Empty(await stack.CardsAsync(_user));
        Assert.Null((await new PaymentMethodService(stack.Stripe).GetAsync(card)).CustomerId);
        var again = await stack.SendAsync(HttpMethod.Delete, $"/api/cards/{card}", _user);
        Assert.Equal((404, "card_not_found"), (again.Status, again.Code));
    }

    [Fact]
    public async Task Another_users_card_does_not_exist()
    {
        var card = await stack.SaveCardAsync(_user);
        var other = Guid.NewGuid();
        await stack.SaveCardAsync(other, "5555555555554444");

        foreach (var stranger in new[] { other, Guid.NewGuid() })
        {
            var removed = await stack.SendAsync(HttpMethod.Delete, $"/api/cards/{card}", stranger);
            var chosen = await stack.SendAsync(HttpMethod.Put, $"/api/cards/{card}/default", stranger);
            Assert.Equal((404, "card_not_found"), (removed.Status, removed.Code));
            Assert.Equal((404, "card_not_found"), (chosen.Status, chosen.Code));
        }
        Assert.DoesNotContain(await stack.CardsAsync(other), one => one.GetProperty("id").GetString() == card);
        Assert.Equal(card, (await stack.CardsAsync(_user)).Single().GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("pm_unknown")]
    [InlineData("cus_1")]
    [InlineData("..%2Fcustomers")]
    [InlineData("pm_%0D%0Aforged")]
    [InlineData("pm_1%3Fexpand%5B%5D=customer")]
    [InlineData("%20")]
    [InlineData("LONG")]
    public async Task An_id_that_is_no_card_is_not_found(string id)
    {
        await stack.TopupAsync(_user, """{"pack":"starter"}""");
        var path = $"/api/cards/{id.Replace("LONG", new string('a', 5_000), StringComparison.Ordinal)}";

        var removed = await stack.SendAsync(HttpMethod.Delete, path, _user);
        var chosen = await stack.SendAsync(HttpMethod.Put, $"{path}/default", _user);

        Assert.Equal((404, "card_not_found"), (removed.Status, removed.Code));
        Assert.Equal((404, "card_not_found"), (chosen.Status, chosen.Code));
    }

    [Fact]
    public async Task Without_a_session_there_are_no_cards()
    {
        Assert.Equal(401, (await stack.SendAsync(HttpMethod.Get, "/api/cards")).Status);
        Assert.Equal(401, (await stack.SendAsync(HttpMethod.Delete, "/api/cards/pm_1")).Status);
        Assert.Equal(401, (await stack.SendAsync(HttpMethod.Put, "/api/cards/pm_1/default")).Status);
        Assert.Empty(await stack.CardsAsync(Guid.NewGuid()));
    }

    [Fact]
    public async Task Reading_the_cards_often_costs_no_calls_and_an_outage_shows_the_stored_ones()
    {
        var card = await stack.SaveCardAsync(_user);
        await using var replica = await stack.StartPaymentsAsync(("Checkout:LookEverySeconds", "300"));
        await stack.SendAsync(HttpMethod.Get, "/api/cards", _user, replica: replica);
        await using (await stack.FaultAsync("status", "GET /v1/", times: 1_000, status: 500))
        {
            for (var count = 0; count < 3; count++)
            {
                var answer = await stack.SendAsync(HttpMethod.Get, "/api/cards", _user, replica: replica);
                Assert.Equal((200, card), (answer.Status, answer.Body.GetProperty("cards")[0].GetProperty("id").GetString()));
            }
            Assert.Equal(0, await stack.StruckAsync());
            Assert.Equal(card, (await stack.CardsAsync(_user)).Single().GetProperty("id").GetString());
            Assert.NotEqual(0, await stack.StruckAsync());
        }
        await using (await stack.FaultAsync("status", "POST /v1/payment_methods", times: 1_000, status: 500))
        {
            var unknown = await stack.SendAsync(HttpMethod.Delete, $"/api/cards/{card}", _user);
            Assert.Equal((503, "stripe_unavailable"), (unknown.Status, unknown.Code));
        }
        Assert.Single(await stack.CardsAsync(_user));
    }

    [Theory]
    [InlineData("""{"pack":"starter","save_card":"true"}""")]
    [InlineData("""{"pack":"starter","save_card":1}""")]
    public async Task Save_card_is_true_or_false(string json)
    {
        var answer = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, json);

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Code));
        Assert.Equal(["save_card"], answer.Body.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    private static string? DefaultOf(IEnumerable<System.Text.Json.JsonElement> cards) =>
        cards.Single(card => card.GetProperty("is_default").GetBoolean()).GetProperty("id").GetString();
}
