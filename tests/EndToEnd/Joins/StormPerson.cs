using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;
using ReelBallers.Worker.Tests;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>
/// A person who buys, spends and exports in two browsers, and signs in on both. What was bought before the sign-in is paid, refunded and
/// credited after it too. In each browser a payment is disputed, in one before the sign-in and in one after it; one dispute is won.
/// </summary>
internal sealed partial class StormPerson(Stack stack, StormWallet wallet, Random random) : IDisposable
{
    private const int DebitsPerBrowser = 10;
    private const long DisputedCents = 300;

    private readonly string _email = $"storm-{Guid.NewGuid():N}@example.com";
    private readonly SemaphoreSlim _mailbox = new(1, 1);
    private readonly int[] _signInAfter = [random.Next(2, 5), random.Next(4, 8)];
    private readonly int[] _refundAfter = [random.Next(1, DebitsPerBrowser), random.Next(1, DebitsPerBrowser)];
    private readonly long[][] _debitCents =
        [.. Enumerable.Range(0, 2).Select(_ => Enumerable.Range(0, DebitsPerBrowser).Select(_ => random.NextInt64(1, 60)).ToArray())];
    private readonly long[] _paidCents = [random.NextInt64(1_000, 2_000), random.NextInt64(1_000, 2_000)];
    private readonly int _earlyDispute = random.Next(2);
    private readonly int _wonDispute = random.Next(2);
    private readonly ConcurrentBag<(string SessionId, long Cents)> _payments = [];
    private readonly ConcurrentDictionary<string, (long Cents, StormAnswer Answer)> _debits = [];
    private readonly List<StormBrowser> _browsers = [];
    private readonly ConcurrentBag<string> _endedTokens = [];
    private long _refundedCents;
    private long _lostCents;
    private string _usedToken = "";
    private string _jobId = "";
    private string _sourceKey = "";
    private int _acts;

    /// <summary>How many acts are over, and how many there are.</summary>
    public int Acts => Volatile.Read(ref _acts);

    /// <summary>How many acts there will be.</summary>
    public static int PlannedActs => 2 * DebitsPerBrowser;

    /// <summary>How many requests a kill has interrupted.</summary>
    public int Interrupted => _browsers.Sum(browser => browser.Interrupted);

    public async Task LiveAsync()
    {
        for (var number = 0; number < 2; number++)
        {
            _browsers.Add(await StormBrowser.OpenAsync(stack));
        }
        await Task.WhenAll(UseAsync(0), UseAsync(1));
    }

    public void Dispose()
    {
        _mailbox.Dispose();
        _browsers.ForEach(browser => browser.Dispose());
    }

    private async Task UseAsync(int number)
    {
        var (browser, later) = (_browsers[number], new List<Task>());
        var (first, second, dispute) = (await PayAsync(browser, _paidCents[number]), await PayAsync(browser, DisputedCents), "");
        await Eventually.IsTrueAsync(
            async () => (await wallet.BalanceAsync(browser.Guest)).BalanceCents == _paidCents[number] + DisputedCents,
            "the credits have come");
        for (var act = 0; act < DebitsPerBrowser; act++)
        {
            // Neither is waited for: they go on while the browser signs in.
            later.Add(DebitAsync(browser, $"storm-{number}-{act}", _debitCents[number][act]));
            if (act == _refundAfter[number])
            {
                later.Add(RefundAsync(first, _paidCents[number] / 3));
            }
            if (act == _signInAfter[number])
            {
                var (checkoutUrl, sessionId) = await CheckOutAsync(browser, 500);
                if (number == 1)
                {
                    await ExportAsync(browser);
                }
                dispute = number == _earlyDispute ? await DisputeAsync(second) : "";
                await SignInAsync(browser);
                await PayAsync(checkoutUrl, sessionId, 500);
                dispute = dispute.Length > 0 ? dispute : await DisputeAsync(second);
            }
            if (act == _signInAfter[number] + 1)
            {
                later.Add(CloseAsync(dispute, isWon: number == _wonDispute));
            }
            await Task.WhenAny(later[^1], Task.Delay(TimeSpan.FromMilliseconds(100)));
            Interlocked.Increment(ref _acts);
        }
        await Task.WhenAll(later);
    }

    private async Task DebitAsync(StormBrowser browser, string jobId, long cents) =>
        _debits[jobId] = (cents, await browser.SendAsync(HttpMethod.Post, "/api/debit", new { job_id = jobId, cost_cents = cents }));

    private async Task<string> PayAsync(StormBrowser browser, long cents)
    {
        var (checkoutUrl, sessionId) = await CheckOutAsync(browser, cents);
        return await PayAsync(checkoutUrl, sessionId, cents);
    }

    private static async Task<(Uri CheckoutUrl, string SessionId)> CheckOutAsync(StormBrowser browser, long cents)
    {
        var checkout = await DoneAsync(browser.SendAsync(HttpMethod.Post, "/api/topup", new { amount_cents = cents }));
        return (new Uri(checkout.GetProperty("checkout_url").GetString()!), checkout.GetProperty("session_id").GetString()!);
    }

    private async Task<string> PayAsync(Uri checkoutUrl, string sessionId, long cents)
    {
        Assert.Equal(HttpStatusCode.SeeOther, await User.PayAsync(checkoutUrl, "4242424242424242"));
        _payments.Add((sessionId, cents));
        return sessionId;
    }

    // As in Stripe's dashboard.
    private async Task RefundAsync(string sessionId, long cents)
    {
        await StripeAsync("/stripe/refunds", new { payment_intent = await PaymentIntentAsync(sessionId), amount = cents });
        Interlocked.Add(ref _refundedCents, cents);
    }

    // As the owner's bank does: the wallet is frozen until it decides.
    private async Task<string> DisputeAsync(string sessionId)
    {
        var dispute = await StripeAsync("/stripe/disputes", new { payment_intent = await PaymentIntentAsync(sessionId) });
        return dispute.GetProperty("id").GetString()!;
    }

    private async Task CloseAsync(string dispute, bool isWon)
    {
        await StripeAsync($"/stripe/disputes/{dispute}/close", new { status = isWon ? "won" : "lost" });
        Interlocked.Add(ref _lostCents, isWon ? 0 : DisputedCents);
    }

    private async Task<string> PaymentIntentAsync(string sessionId)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", AppHost.LocalCloudDefaults.StripeSecretKey);
        var session = await client.GetFromJsonAsync<JsonElement>(new Uri(stack.Stripe, $"/v1/checkout/sessions/{sessionId}"));
        return session.GetProperty("payment_intent").GetString()!;
    }

    private async Task<JsonElement> StripeAsync(string path, object body)
    {
        using var client = new HttpClient();
        using var answer = await client.PostAsJsonAsync(new Uri(stack.Control, path), body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task ExportAsync(StormBrowser browser)
    {
        var file = await CorpusFiles.ReadAsync("mute.mp4");
        var upload = await DoneAsync(browser.SendAsync(
            HttpMethod.Post, "/api/uploads", new { filename = "mute.mp4", content_type = "video/mp4", size_bytes = file.Length }));
        using var client = new HttpClient();
        using var put = await client.PutSignedAsync(upload, file);
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
        _sourceKey = upload.GetProperty("key").GetString()!;
        await DoneAsync(browser.SendAsync(HttpMethod.Post, "/api/uploads/complete", new { key = _sourceKey }));
        var order = new { source_key = _sourceKey, crop_keyframes = Array.Empty<object>(), target_resolution = "720p" };
        var job = await DoneAsync(browser.SendAsync(HttpMethod.Post, "/api/export", order));
        _jobId = job.GetProperty("job_id").GetString()!;
    }

    // A link whose answer was lost is used up, and the session before it may have ended: the next link signs in.
    private async Task SignInAsync(StormBrowser browser)
    {
        await _mailbox.WaitAsync();
        try
        {
            StormAnswer confirmation;
            var session = browser.Token;
            do
            {
                await DoneAsync(browser.SendAsync(HttpMethod.Post, "/api/auth/link", new { email = _email }, session));
                _usedToken = await Eventually.BecomesAsync(
                    () => stack.SignInTokenAsync(_email), token => token != _usedToken, "a new link arrives");
                confirmation = await browser.SendAsync(
                    HttpMethod.Post, "/api/auth/link/confirm", new { token = _usedToken, confirmed = true }, session);
                session = confirmation.Status == HttpStatusCode.Unauthorized ? "" : session;
            }
            while (confirmation is { Status: HttpStatusCode.Gone or HttpStatusCode.Unauthorized, WasInterrupted: true });
            Assert.True(confirmation.Status == HttpStatusCode.OK, confirmation.Body.ToString());
            _endedTokens.Add(browser.Token);
            browser.Become(confirmation.Body);
        }
        finally
        {
            _mailbox.Release();
        }
    }

    private static async Task<JsonElement> DoneAsync(Task<StormAnswer> sent)
    {
        var answer = await sent;
        Assert.True((int)answer.Status is >= 200 and < 300, answer.Body.ToString());
        return answer.Body;
    }
}
