using System.Text.Json;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>The numbers by day, of the real ledger and of the stand-ins of Payments and Jobs.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class FiguresTests(OperatorsFixture operators)
{
    private const string Figures = "/api/admin/figures";

    [Fact]
    public async Task Every_day_has_a_row_with_the_numbers_of_all_services()
    {
        var (status, body) = await operators.GetAsync($"{Figures}?from=2020-02-28&to=2020-03-01");
        Assert.Equal((200, "2020-02-28", "2020-03-01"), (status, Text(body, "from"), Text(body, "to")));
        var days = body.GetProperty("days").EnumerateArray().ToList();
        Assert.Equal(["2020-02-28", "2020-02-29", "2020-03-01"], days.Select(day => Text(day, "day")));
        const string credits = "\"topup_cents\":0,\"bonus_cents\":0,\"adjusted_cents\":0,\"clawed_back_cents\":0,\"spent_cents\":0,"
            + "\"expired_cents\":0,\"forfeited_cents\":0,\"earned_cents\":0";
        Assert.Equal(
            "{\"day\":\"2020-02-29\",\"paid_cents\":0,\"refunded_cents\":0,\"disputed_cents\":0," + credits
            + ",\"provider_microdollars\":0,\"margin_microdollars\":0,\"completed_jobs\":0,\"failed_jobs\":0,\"cancelled_jobs\":0,"
            + "\"timed_out_jobs\":0,\"failure_rate\":null}",
            days[1].GetRawText());
        Assert.Equal(
            "{\"day\":\"2020-03-01\",\"paid_cents\":500,\"refunded_cents\":100,\"disputed_cents\":-50," + credits
            + ",\"provider_microdollars\":12345,\"margin_microdollars\":-12345,\"completed_jobs\":4,\"failed_jobs\":1,"
            + "\"cancelled_jobs\":9,\"timed_out_jobs\":1,\"failure_rate\":0.3333}",
            days[2].GetRawText());
    }

    [Fact]
    public async Task What_the_ledger_moves_is_in_the_row_of_its_day_and_in_what_users_have()
    {
        var user = $"{Guid.NewGuid()}";
        var before = await TodayAsync();
        await operators.Wallet.CreditAsync(new CreditRequest
        {
            UserId = user,
            IdempotencyKey = "topup",
            AmountCents = 400,
            Reason = EntryReason.Topup,
            StripePaymentId = "pi_1",
        });
        await operators.Wallet.CreditAsync(new CreditRequest
        {
            UserId = user,
            IdempotencyKey = "bonus",
            AmountCents = 30,
            Reason = EntryReason.Bonus,
        });
        await operators.Wallet.DebitAsync(new DebitRequest { UserId = user, IdempotencyKey = "spent", JobId = "job", AmountCents = 150 });
        await operators.Wallet.PlaceHoldAsync(
            new PlaceHoldRequest { UserId = user, IdempotencyKey = "held", JobId = "open", AmountCents = 20 });
        await operators.Wallet.ClawBackAsync(
            new ClawBackRequest { UserId = user, IdempotencyKey = "refund", StripePaymentId = "pi_1", PaidCents = 400 });

        var after = await TodayAsync();
        var mails = await operators.Database.ScalarAsync<long>("select count(*) from mails where sent_at is null and failed_at is null");
        (string Name, long Change)[] expected =
        [
            ("topup_cents", 400), ("bonus_cents", 30), ("clawed_back_cents", 400), ("spent_cents", 150), ("earned_cents", 150),
            ("margin_microdollars", 1_500_000), ("unspent_cents", 0), ("held_cents", 20), ("receivable_cents", 140),
        ];
        Assert.All(expected, one => Assert.Equal((one.Name, one.Change), (one.Name, after[one.Name] - before[one.Name])));
        Assert.Equal((6, 7), (after["pending_grants"], after["parked_items"]));
        Assert.Equal((3, 4, 5, 1, 2, mails), (
            after["queued_jobs"], after["running_jobs"], after["dead_job_steps"], after["pending_payment_events"],
            after["pending_wallet_commands"], after["pending_mails"]));
    }

    [Fact]
    public async Task What_waits_in_the_queues_of_accounts_is_counted()
    {
        var before = await TodayAsync();
        await operators.Database.ExecuteAsync(
            """
            insert into alert_posts (post_id, text, created_at, due_at, attempts, sent_at, failed_at)
            select gen_random_uuid(), 'counted', now(), '2100-01-01', 0, case number when 1 then now() end,
                case number when 2 then now() end
            from generate_series(1, 3) as number;
            insert into webhook_endpoints (endpoint_id, url, events, created_at, secret_id, disabled_at, disabled_by)
            values (gen_random_uuid(), 'https://counted.example.com', '{}', now(), gen_random_uuid(), now(), 0);
            insert into webhook_events (event_id, type, body, created_at)
            select gen_random_uuid(), 'counted', '{}', now() from generate_series(1, 2);
            insert into webhook_deliveries (delivery_id, endpoint_id, event_id, created_at, due_at, attempts)
            select gen_random_uuid(), endpoint_id, event_id, now(), '2100-01-01', 0 from webhook_endpoints, webhook_events
            where url = 'https://counted.example.com' and type = 'counted';
            insert into wallet_joins (from_user_id, into_user_id, created_at, due_at, state, attempts, ended_at)
            select gen_random_uuid(), gen_random_uuid(), '2020-02-02', '2100-01-01', state, 0, case when state > 0 then now() end
            from unnest(array[0, 0, 0, 1, 2]) as state;
            insert into approvals (approval_id, state, action, actor_id, reason, amount_cents, request, created_at, expires_at, due_at,
                attempts)
            select gen_random_uuid(), 0, 'counted', gen_random_uuid(), 'why', 1, '{}', now(), now(), '2100-01-01', 0
            from generate_series(1, 4)
            """);
        try
        {
            var after = await TodayAsync();
            string[] names = ["pending_alert_posts", "pending_webhooks", "pending_joins", "pending_approvals"];
            Assert.Equal([1, 2, 3, 4], names.Select(name => after[name] - before[name]));
        }
        finally
        {
            await operators.Database.ExecuteAsync(
                """
                delete from alert_posts where text = 'counted'; delete from approvals where action = 'counted';
                delete from webhook_endpoints where url = 'https://counted.example.com'; delete from webhook_events where type = 'counted';
                delete from wallet_joins where created_at = '2020-02-02'
                """);
        }
    }

    [Fact]
    public async Task Without_days_the_last_thirty_are_meant()
    {
        var (_, body) = await operators.GetAsync(Figures);
        var today = DateOnly.FromDateTime(operators.Accounts.Clock.GetUtcNow().UtcDateTime);
        Assert.Equal(
            ($"{today.AddDays(-29):yyyy-MM-dd}", $"{today:yyyy-MM-dd}", 30),
            (Text(body, "from"), Text(body, "to"), body.GetProperty("days").GetArrayLength()));
        Assert.Equal(92, (await operators.GetAsync($"{Figures}?from=2026-01-01&to=2026-04-02")).Body.GetProperty("days").GetArrayLength());
    }

    [Theory]
    [InlineData("from=2026-02-02&to=2026-02-01", "to")]
    [InlineData("from=2026-01-01&to=2026-04-03", "to")]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2026-02-30", "to")]
    [InlineData("from=2026-02-01&from=2026-02-01", "from")]
    [InlineData("from=&to=", "to,from")]
    public async Task Other_days_are_errors_of_their_fields(string query, string fields)
    {
        var (status, body) = await operators.GetAsync($"{Figures}?{query}");
        Assert.Equal((400, "invalid_request"), (status, Text(body, "code")));
        Assert.Equal(fields, string.Join(',', body.GetProperty("errors").EnumerateObject().Select(error => error.Name)));
    }

    [Fact]
    public async Task Nobody_else_reads_them()
    {
        foreach (var role in new[] { null, "user", "owner" })
        {
            Assert.Equal(404, (await operators.SendAsync(HttpMethod.Get, Figures, operators.Support, role)).Status);
        }
    }

    [Fact]
    public async Task There_are_no_numbers_while_a_service_is_away()
    {
        operators.WalletGate.Close();
        try
        {
            var (status, body) = await operators.GetAsync(Figures);
            Assert.Equal((503, "service_unavailable"), (status, Text(body, "code")));
        }
        finally
        {
            operators.WalletGate.Reopen();
        }
        Assert.Equal(200, (await operators.GetAsync(Figures)).Status);
    }

    [Theory]
    [InlineData("payments")]
    [InlineData("jobs")]
    public async Task There_are_none_while_payments_or_jobs_is_away(string service)
    {
        operators.Others.Silent[service] = true;
        try
        {
            var (status, body) = await operators.GetAsync(Figures);
            Assert.Equal((503, "service_unavailable"), (status, Text(body, "code")));
        }
        finally
        {
            operators.Others.Silent.Clear();
        }
    }

    private static string? Text(JsonElement body, string name) => body.GetProperty(name).GetString();

    // The sums of today and of the days around it, since midnight may come, and what is true now.
    private async Task<Dictionary<string, long>> TodayAsync()
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var (_, body) = await operators.GetAsync($"{Figures}?from={today.AddDays(-1):yyyy-MM-dd}&to={today.AddDays(1):yyyy-MM-dd}");
        return body.GetProperty("days").EnumerateArray().SelectMany(day => day.EnumerateObject())
            .Concat(body.GetProperty("now").EnumerateObject())
            .Where(number => number.Value.ValueKind == JsonValueKind.Number && number.Name != "failure_rate")
            .GroupBy(number => number.Name, number => number.Value.GetInt64())
            .ToDictionary(numbers => numbers.Key, numbers => numbers.Sum());
    }
}
