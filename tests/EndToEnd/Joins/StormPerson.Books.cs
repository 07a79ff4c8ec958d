using System.Net;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

// What must be so in the end.
internal sealed partial class StormPerson
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>
    /// The account has all that was paid, less what was refunded, lost to disputes, spent and charged, whichever user did it; both sessions
    /// see all of it, and the sessions from before the sign-in have ended.
    /// </summary>
    public async Task AgreesAsync()
    {
        var account = Assert.Single(_browsers.Select(browser => browser.Uid).Distinct());
        var guest = Assert.Single(_browsers, browser => browser.Guest != account).Guest;
        Assert.Contains(_browsers, browser => browser.Guest == account);
        await Eventually.BecomesAsync(
            () => wallet.BalanceAsync(guest),
            closed => (closed.BalanceCents, closed.HeldCents, closed.ReceivableCents, closed.Frozen) == (0, 0, 0, true),
            "the wallets are joined", Patience);
        var job = await JobAsync();
        Assert.Equal("completed", job.GetProperty("status").GetString());
        var charged = job.GetProperty("cost_cents").GetInt64() - job.GetProperty("refunded_cents").GetInt64();
        var spent = await SpentAsync(guest, account);
        var expected = _payments.Sum(payment => payment.Cents) - _refundedCents - _lostCents - spent - charged;
        await Eventually.BecomesAsync(
            () => wallet.BalanceAsync(account),
            open => (open.BalanceCents - open.ReceivableCents, open.HeldCents, open.Frozen) == (expected, 0, false),
            $"the account has {expected}: {_payments.Sum(payment => payment.Cents)} paid, {_refundedCents} refunded, "
            + $"{_lostCents} lost to disputes, {spent} spent, {charged} charged", Patience);
        foreach (var browser in _browsers)
        {
            await SeesAllAsync(browser);
        }
    }

    private Task<JsonElement> JobAsync() => Eventually.BecomesAsync(
        () => SeesAsync(_browsers[0], $"/api/jobs/{_jobId}"),
        job => job.GetProperty("status").GetString() is "completed" or "failed" or "cancelled" or "timed_out", "the job has ended",
        Patience);

    // Each debit that was accepted is in one of the two statements, once; one that was rejected is in none.
    private async Task<long> SpentAsync(string guest, string account)
    {
        var entries = (await wallet.DebitsAsync(guest)).Concat(await wallet.DebitsAsync(account))
            .Where(entry => _debits.ContainsKey(entry.JobId)).ToDictionary(entry => entry.JobId, entry => -entry.ChangeCents);
        foreach (var (jobId, (cents, answer)) in _debits)
        {
            var isBooked = entries.TryGetValue(jobId, out var booked);
            Assert.True(!isBooked || booked == cents, $"{jobId} is booked with {booked}, not {cents}.");
            if (answer.Status == HttpStatusCode.OK)
            {
                Assert.True(isBooked, $"{jobId} was accepted and is not booked.");
                continue;
            }
            Assert.True(
                answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.PaymentRequired or HttpStatusCode.Forbidden,
                $"{jobId} was answered with {(int)answer.Status} {answer.Body}.");
            Assert.True(!isBooked || answer.WasInterrupted, $"{jobId} was rejected with {answer.Body} and is booked.");
        }
        return entries.Values.Sum();
    }

    // Each service learns of the join for itself, and again until it knows: later than the Wallet when it was killed then.
    private static async Task<JsonElement> SeesAsync(StormBrowser browser, string path) => (await Eventually.BecomesAsync(
        () => browser.SendAsync(HttpMethod.Get, path), answer => answer.Status == HttpStatusCode.OK, $"{path} is seen", Patience)).Body;

    private async Task SeesAllAsync(StormBrowser browser)
    {
        var jobs = await SeesAsync(browser, "/api/jobs");
        Assert.Contains(jobs.GetProperty("jobs").EnumerateArray(), job => job.GetProperty("job_id").GetString() == _jobId);
        await SeesAsync(browser, $"/api/download/{_jobId}");
        await SeesAsync(browser, $"/api/uploads/{_sourceKey}");
        foreach (var (sessionId, cents) in _payments)
        {
            Assert.Equal(cents, (await SeesAsync(browser, $"/api/topup/{sessionId}")).GetProperty("credits").GetInt64());
        }
        foreach (var ended in _endedTokens)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.SendAsync(HttpMethod.Get, "/api/wallet", token: ended)).Status);
        }
    }
}
