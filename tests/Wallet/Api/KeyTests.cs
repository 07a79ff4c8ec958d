using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using static ReelBallers.Wallet.Tests.WalletFixture;

namespace ReelBallers.Wallet.Tests;

/// <summary>Keys and sizes at their limits.</summary>
[Collection("Wallet")]
public sealed class KeyTests(WalletFixture fixture)
{
    [Fact]
    public async Task A_separator_in_a_payment_does_not_make_different_requests_equal()
    {
        var user = Guid.NewGuid().ToString();
        foreach (var (payment, text) in new[] { ("pi|x", "y"), (@"pi\p", "x"), (@"pi\", "p") })
        {
            var credit = Requests.Credit(user, $"key{payment}", 100, payment: payment);
            var other = Requests.Credit(user, $"key{payment}", 100);
            credit.Description = text;
            (other.StripePaymentId, other.Description) = payment switch
            {
                "pi|x" => ("pi", "x|y"),
                @"pi\p" => ("pi|", "x"),
                _ => ("pi", @"\|p"),
            };
            await fixture.Wallet.CreditAsync(credit);

            Assert.Equal("idempotency_key_reused", await CodeOfAsync(fixture.Wallet.CreditAsync(other)));
            Assert.True((await fixture.Wallet.CreditAsync(credit)).Replayed);
        }
    }

    [Fact]
    public async Task A_callers_key_cannot_prevent_an_expiry()
    {
        var due = DateTimeOffset.UnixEpoch.AddYears(50);
        var user = await fixture.UserWithAsync(100);
        await fixture.Wallet.DebitAsync(Requests.Debit(user, "expire-hold:job", 1));
        await fixture.Wallet.DebitAsync(Requests.Debit(user, $"expire-lot:5:{due.UtcTicks}", 1));
        var place = Requests.Place(user, "hold", 60);
        place.ExpiresAt = due.ToTimestamp();
        await fixture.Wallet.PlaceHoldAsync(place);
        var credit = Requests.Credit(user, "credit", 7);
        credit.ExpiresAt = due.ToTimestamp();
        await fixture.Wallet.CreditAsync(credit);

        await fixture.App.Services.GetRequiredService<DueExpiries>().ExpireAsync(CancellationToken.None);

        Assert.Equal((98, 0), await fixture.BalanceAsync(user));
    }

    [Fact]
    public async Task A_callers_key_cannot_be_that_of_a_public_debit()
    {
        var user = await fixture.UserWithAsync(100);

        Assert.Equal("invalid_argument", await CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(user, "debit:job", 1))));
    }

    [Fact]
    public async Task A_batch_of_the_maximum_length_with_texts_of_the_maximum_length_is_accepted()
    {
        var user = await fixture.UserWithAsync(8190);
        var batch = Requests.Batch(Enumerable.Range(0, 8190).Select(n =>
        {
            var debit = Requests.Debit(user, $"{n}".PadRight(255, 'k'), 1, $"{n}".PadRight(100, 'j'));
            debit.Description = new string('漢', 200);
            return Requests.InBatch(debit);
        }));

        var answer = await fixture.Wallet.PostBatchAsync(
            batch, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(2));

        Assert.All(answer.Outcomes, outcome => Assert.Equal("", outcome.ErrorCode));
        Assert.Equal((0, 0), await fixture.BalanceAsync(user));
    }
}
