using System.Globalization;
using System.Net;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Wallet.Tests;

[Collection("History")]
public sealed class LedgerCsvTests(HistoryFixture fixture)
{
    [Fact]
    public async Task An_export_has_every_entry_once_and_no_later_ones()
    {
        var user = await fixture.UserWithLongHistoryAsync();
        using var browser = fixture.App.CreateClient(Guid.Parse(user));
        var lengthBefore = (await fixture.TransfersAsync(user)).Count;

        using var answer = await browser.GetAsync("/api/wallet/ledger.csv", HttpCompletionOption.ResponseHeadersRead);
        for (var n = 0; n < 10; n++)
        {
            await fixture.Wallet.DebitAsync(Requests.Debit(user, Guid.NewGuid().ToString(), 1));
        }
        var rows = Parse(await answer.Content.ReadAsStringAsync());

        Assert.Equal("text/csv; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("attachment; filename=ledger.csv; filename*=UTF-8''ledger.csv", answer.Content.Headers.ContentDisposition?.ToString());
        Assert.Equal(["id", "created_at", "reason", "change_cents", "balance_after_cents", "job_id", "stripe_payment_id", "description"],
            rows[0]);
        Assert.Equal(lengthBefore, rows.Count - 1);
        Assert.All(rows[1..], row => Assert.Equal(8, row.Length));
        var balance = 0L;
        foreach (var row in rows[1..])
        {
            balance += long.Parse(row[3], CultureInfo.InvariantCulture);
            Assert.Equal(balance.ToString(CultureInfo.InvariantCulture), row[4]);
        }
        Assert.Equal(rows.Count, rows.Select(row => row[0]).Distinct().Count());
    }

    [Theory]
    [InlineData(21, 400)]
    [InlineData(22, 3)]
    public async Task An_export_of_a_range_matches_the_statement(int seed, int steps)
    {
        var user = await fixture.UserWithHistoryAsync(seed, steps, TimeSpan.FromHours(30));
        using var browser = fixture.App.CreateClient(Guid.Parse(user));
        var transfers = await fixture.TransfersAsync(user);
        var entries = await StatementAsync(user);
        entries.Reverse();
        foreach (var (first, last) in new[] { (0, transfers.Count - 1), (transfers.Count / 3, transfers.Count / 2), (0, 0) })
        {
            var (from, to) = (transfers[first].At, transfers[last].At);
            foreach (var (query, inRange) in new (string, Func<DateTimeOffset, bool>)[]
            {
                ("", _ => true), ($"?from={Rfc(from)}", at => at >= from), ($"?to={Rfc(to)}", at => at < to),
                ($"?from={Rfc(from)}&to={Rfc(to.AddTicks(10))}", at => at >= from && at <= to),
            })
            {
                var rows = Parse(await browser.GetStringAsync($"/api/wallet/ledger.csv{query}"));

                Assert.Equal(
                    entries.Where(entry => inRange(entry.CreatedAt.ToDateTimeOffset())).Select(entry => string.Join('|',
                        entry.Id, Rfc(entry.CreatedAt.ToDateTimeOffset()), entry.Reason.ToString().ToLowerInvariant(), entry.ChangeCents,
                        entry.BalanceAfterCents, entry.JobId, entry.StripePaymentId, entry.Description)),
                    rows[1..].Select(row => string.Join('|', row)));
            }
        }
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://evil.example\",\"Refund\")", "\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"Refund\"\")\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-2+3+cmd|' /C calc'!A0", "\"'-2+3+cmd|' /C calc'!A0\"")]
    [InlineData("@SUM(1,2)", "\"'@SUM(1,2)\"")]
    [InlineData("＝1+1", "\"'＝1+1\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"no\"", "\"say \"\"no\"\"\"")]
    [InlineData("🏀 größer 1=1", "🏀 größer 1=1")]
    [InlineData("'", "'")]
    public async Task A_description_that_is_a_formula_is_exported_as_text(string description, string cell)
    {
        var user = Guid.NewGuid().ToString();
        var request = Requests.Credit(user, "credit", 100);
        request.Description = description;
        await fixture.Wallet.CreditAsync(request);
        await fixture.Wallet.DebitAsync(Requests.Debit(user, "debit", 40, "-1.5"));
        using var browser = fixture.App.CreateClient(Guid.Parse(user));

        var lines = (await browser.GetStringAsync("/api/wallet/ledger.csv")).Split("\r\n");

        Assert.Equal(4, lines.Length);
        Assert.EndsWith($",topup,100,100,,pi_1,{cell}", lines[1], StringComparison.Ordinal);
        // Numbers stay numbers.
        Assert.EndsWith(",debit,-40,60,\"'-1.5\",,", lines[2], StringComparison.Ordinal);
        Assert.Equal("", lines[3]);
    }

    // The APIs reject these, but rows could come from elsewhere.
    [Theory]
    [InlineData("x;=cmd", "\"x;'=cmd\"")]
    [InlineData("x; =cmd", "\"x; '=cmd\"")]
    [InlineData("x;\"=cmd\"", "\"x;\"\"'=cmd\"\"\"")]
    [InlineData("x;y;@SUM(1)", "\"x;y;'@SUM(1)\"")]
    [InlineData("x\t=1", "\"x\t'=1\"")]
    [InlineData("x\n+1", "\"x\n'+1\"")]
    [InlineData("x; y=1", "\"x; y=1\"")]
    [InlineData("\t=1", "\"'\t'=1\"")]
    [InlineData("\r=1", "\"'\r'=1\"")]
    [InlineData("\n=1", "\"'\n'=1\"")]
    [InlineData("a\r\nb", "\"a\r\nb\"")]
    [InlineData("\"", "\"\"\"\"")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Control_characters_stay_in_their_cell(string? text, string cell)
    {
        var csv = new StringBuilder("\"x\",");
        LedgerCsv.AppendText(csv, text);
        Assert.Equal($"\"x\",{cell}", csv.ToString());
    }

    [Fact]
    public async Task Anonymous_callers_empty_wallets_and_invalid_ranges()
    {
        using var anonymous = fixture.App.CreateClient();
        using var user = fixture.App.CreateClient(Guid.NewGuid());

        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.GetAsync("/api/wallet/ledger.csv")).StatusCode);
        Assert.Equal(LedgerCsv.Header, await user.GetStringAsync("/api/wallet/ledger.csv"));
        Assert.Equal(HttpStatusCode.BadRequest,
            (await user.GetAsync("/api/wallet/ledger.csv?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z")).StatusCode);
    }

    [Fact]
    public async Task A_client_that_disconnects_ends_the_export()
    {
        var user = await fixture.UserWithLongHistoryAsync();
        var history = fixture.App.Services.GetRequiredService<LedgerHistory>();
        using var gone = new CancellationTokenSource();
        var span = await history.FindSpanAsync(Guid.Parse(user), null, null, CancellationToken.None);
        var pages = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var page in history.ReadAsync(Guid.Parse(user), span, gone.Token))
            {
                Assert.Equal(LedgerHistory.PageLength, page.Count);
                pages++;
                await gone.CancelAsync();
            }
        });

        Assert.Equal(1, pages);
    }

    // Between two pages, however long the client takes to read the first one.
    [Fact]
    public async Task An_export_that_waits_for_its_client_holds_no_connection()
    {
        var user = Guid.Parse(await fixture.UserWithLongHistoryAsync());
        var history = fixture.App.Services.GetRequiredService<LedgerHistory>();
        var span = await history.FindSpanAsync(user, null, null, CancellationToken.None);
        await using var pages = history.ReadAsync(user, span, CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await pages.MoveNextAsync());

        Assert.Equal(LedgerHistory.PageLength, pages.Current.Count);
        Assert.Equal(0, await fixture.Database.ScalarAsync<long>("""
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'Wallet'
                AND query LIKE '%FROM transfers AS t%' AND (state <> 'idle' OR xact_start IS NOT NULL)
            """));
        Assert.True(await pages.MoveNextAsync());
    }

    // The Gateway enforces a minimum read rate; here the client's streams share a connection with those of others.
    [Fact]
    public async Task A_slow_client_affects_no_other_client()
    {
        var user = await fixture.UserWithLongHistoryAsync();
        using var browser = fixture.App.CreateClient(Guid.Parse(user));
        using var answer = await browser.GetAsync("/api/wallet/ledger.csv", HttpCompletionOption.ResponseHeadersRead);

        // The limit would apply after minutes.
        Assert.Null(fixture.App.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MinResponseDataRate);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/wallet")).StatusCode);
        Assert.EndsWith("\r\n", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static string Rfc(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private async Task<List<Entry>> StatementAsync(string user)
    {
        var entries = new List<Entry>();
        var cursor = "";
        do
        {
            var page = await fixture.Wallet.ListEntriesAsync(new ListEntriesRequest { UserId = user, Limit = 100, Cursor = cursor });
            entries.AddRange(page.Entries);
            cursor = page.NextCursor;
        }
        while (cursor.Length > 0);
        return entries;
    }

    private static List<string[]> Parse(string csv)
    {
        var (rows, row, cell, quoted) = (new List<string[]>(), new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < csv.Length; i++)
        {
            switch (csv[i])
            {
                case '"' when quoted && i + 1 < csv.Length && csv[i + 1] == '"':
                    cell.Append(csv[i++]);
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    row.Add(cell.ToString());
                    cell.Clear();
                    break;
                case '\r' when !quoted:
                    Assert.Equal('\n', csv[++i]);
                    row.Add(cell.ToString());
                    rows.Add([.. row]);
                    row.Clear();
                    cell.Clear();
                    break;
                default:
                    cell.Append(csv[i]);
                    break;
            }
        }
        Assert.True(row.Count == 0 && cell.Length == 0, "The last row is cut off.");
        return rows;
    }
}
