using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using Stripe;
using Stripe.Checkout;

namespace ReelBallers.Payments.Tests;

/// <summary>One seeded storm on a stack of its own.</summary>
internal sealed class Storm : IAsyncDisposable
{
    private const int Users = 60;
    private const int AtOnce = 12;

    private readonly HttpClient _plain = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly Random _random;
    private readonly Action<string> _tell;
    private readonly Guid[] _users;
    private readonly long[] _spent = new long[Users];
    private WebhookRelay _relay = null!;
    private TestClouds _clouds = null!;
    private TestDatabase _walletDatabase = null!;
    private TestDatabase _database = null!;
    private ServiceApp _wallet = null!;
    private WalletService.WalletServiceClient _walletClient = null!;
    private IStripeClient _stripe = null!;
    private ServiceProcess? _payments;
    private V1.PaymentsService.PaymentsServiceClient _operator = null!;
    private int _done;

    private Storm(int seed, Action<string> tell)
    {
        _tell = tell;
        _random = new Random(seed);
        _users = [.. Enumerable.Range(0, Users).Select(_ => Guid.NewGuid())];
    }

    public static async Task<Storm> StartAsync(int seed, Action<string> tell)
    {
        var storm = new Storm(seed, tell);
        storm._relay = await WebhookRelay.StartAsync();
        storm._clouds = await TestClouds.StartAsync(storm._relay.Url);
        storm._walletDatabase = await TestDatabase.CreateAsync();
        storm._database = await TestDatabase.CreateAsync();
        storm._wallet = await ServiceApp.StartAsync("Wallet", [new("ConnectionStrings:walletdb", storm._walletDatabase.ConnectionString)]);
        storm._walletClient = new WalletService.WalletServiceClient(storm._wallet.Invoker());
        storm._stripe = new StripeClient(
            new StripeClientOptions { ApiKey = "sk_test_local", ApiBase = storm._clouds.Host.StripeUrl.ToString().TrimEnd('/') });
        await storm.StartPaymentsAsync();
        foreach (var (kind, every) in new[] { ("drop_webhook", 4), ("double_webhook", 5), ("delay_webhook", 6), ("reorder_webhook", 7) })
        {
            await storm.ControlAsync("/faults", kind == "delay_webhook"
                ? new { cloud = "stripe", kind, every, seed, delay_ms = 700 }
                : new { cloud = "stripe", kind, every, seed });
        }
        return storm;
    }

    /// <summary>Pays, refunds and disputes, while the service is killed repeatedly.</summary>
    public async Task RunLoadAsync(int payments, int kills)
    {
        var killings = KillAsync(payments, kills);
        var plans = Enumerable.Range(0, payments).Select(number => (Number: number, Random: new Random(_random.Next()))).ToList();
        await Parallel.ForEachAsync(plans, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (plan, _) =>
        {
            await LiveAsync(plan.Number, plan.Random);
            Interlocked.Increment(ref _done);
        });
        await killings;
    }

    /// <summary>Runs the reconciler until there is nothing left to repair.</summary>
    public async Task ReconcileAllAsync()
    {
        // Refunds and bank debits that Stripe decides a moment later have happened by then.
        await Eventually.IsTrueAsync(async () => !await IsUndecidedAsync(), "Stripe's decisions");
        _tell("Stripe has decided everything");
        await Eventually.IsTrueAsync(async () =>
        {
            var repaired = await _operator.ReconcileAsync(
                new V1.ReconcileRequest(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(2));
            _tell($"{TimeProvider.System.GetUtcNow():HH:mm:ss} {repaired}");
            return repaired is { Sessions: 0, Refunds: 0, Disputes: 0, Events: 0, Commands: 0, IncompleteSteps.Count: 0 }
                && 0 == await _database.ScalarAsync<long>(
                    "select (select count(*) from stripe_events where state = 1) "
                    + "+ (select count(*) from operator_refunds where state = 1) "
                    + "+ (select count(*) from wallet_commands where done_at is null)");
        }, "nothing more to repair", TimeSpan.FromMinutes(3));
    }

    /// <summary>Each user's credits are what was paid less what was refunded and lost, according to Stripe alone.</summary>
    public async Task AgreesAsync()
    {
        var refunds = await AllAsync(new RefundService(_stripe).ListAutoPagingAsync(new RefundListOptions { Limit = 100 }));
        var disputes = await AllAsync(new DisputeService(_stripe).ListAutoPagingAsync(new DisputeListOptions { Limit = 100 }));
        var sessions = await AllAsync(new SessionService(_stripe).ListAutoPagingAsync(new SessionListOptions { Limit = 100 }));
        var paid = sessions.Where(session => session.PaymentStatus == "paid").ToList();
        var expected = _users.ToDictionary(user => user.ToString(), _ => 0L);
        foreach (var session in paid)
        {
            var lost = refunds.Where(refund => refund.PaymentIntentId == session.PaymentIntentId && refund.Status is "succeeded"
                or "pending").Sum(refund => refund.Amount)
                + disputes.Where(dispute => dispute.PaymentIntentId == session.PaymentIntentId && dispute.Status is not "won")
                    .Sum(dispute => dispute.Amount);
            var (price, bonus) = (session.AmountTotal!.Value, session.AmountTotal == 2_000 ? 200 : 0);
            lost = Math.Min(lost, price);
            expected[session.ClientReferenceId!] += price - lost + bonus - (bonus * lost / price);
        }
        Assert.True(paid.Count > 100 && refunds.Count > 20
            && disputes.Count > 20, $"{paid.Count} paid, {refunds.Count} refunds, {disputes.Count} disputes are no storm.");
        for (var index = 0; index < Users; index++)
        {
            var wallet = await _walletClient.GetBalanceAsync(new GetBalanceRequest { UserId = _users[index].ToString() });
            Assert.Equal(expected[_users[index].ToString()], wallet.BalanceCents + _spent[index] - wallet.ReceivableCents);
            var undecided = paid.Where(session => session.ClientReferenceId == _users[index].ToString())
                .Any(session => disputes.Any(dispute => dispute.PaymentIntentId == session.PaymentIntentId
                    && dispute.Status == "needs_response"));
            Assert.Equal(undecided, wallet.Frozen);
        }
        Assert.Equal(0, await _database.ScalarAsync<long>("select count(*) from stripe_events where state = 3"));
        Assert.Equal(0, await _database.ScalarAsync<long>("select count(*) from parked_items"));
        Assert.Equal(paid.Count, await _database.ScalarAsync<long>("select count(*) from checkouts where credited_at is not null"));
        Assert.Equal(paid.Count, await _database.ScalarAsync<long>("select count(*) from payment_events where type = 1"));
        using var audit = _walletClient.Audit(new AuditRequest());
        Assert.False(await audit.ResponseStream.MoveNext(CancellationToken.None), "The wallet's audit finds something.");
    }

    public async ValueTask DisposeAsync()
    {
        await _clouds.DisposeAsync();
        _payments?.Dispose();
        await _wallet.DisposeAsync();
        await _relay.DisposeAsync();
        await _database.DisposeAsync();
        await _walletDatabase.DisposeAsync();
        _plain.Dispose();
    }

    // The life of a payment. Each has its own amount, so that none reuses another's session.
    private async Task LiveAsync(int number, Random random)
    {
        var user = number % Users;
        var cents = number < Users ? 2_000 : 100 + (number * 7);
        var url = await TopupAsync(_users[user], number < Users ? """{"pack":"pro"}"""
            : $$"""{"amount_cents":{{cents.ToString(CultureInfo.InvariantCulture)}}}""", $"storm-{number}");
        switch (random.Next(12))
        {
            case 0:
                await PayAsync(url, ("card_number", "4000000000000002"));
                break;
            case 1:
                await ExpireAsync(url);
                break;
            case 2:
                await PayAsync(url, ("payment_method", "us_bank_account"),
                    ("account_number", random.Next(2) == 0 ? "000123456789" : "000111111116"));
                break;
            case 3:
                await PayAsync(url, ("card_number", "4000000000000002"));
                await PayAsync(url, ("card_number", "4242424242424242"));
                break;
            case 4:
                await RefundAsync(await PaidAsync(url), null);
                break;
            case 5:
                var parts = await PaidAsync(url);
                for (var part = random.Next(1, 4); part > 0; part--)
                {
                    await RefundAsync(parts, cents / 4);
                }
                break;
            case 6:
                await RefundAsync(await PaidAsync(url, random.Next(2) == 0 ? "4000000000005126" : "4000000000007726"), cents / 3);
                break;
            case 7:
                await DisputeAsync(await PaidAsync(url), null);
                break;
            case 8:
                await CloseAsync(await DisputeAsync(await PaidAsync(url), random.Next(2) == 0 ? null : cents / 2), "won");
                break;
            case 9:
                var partly = await PaidAsync(url);
                await RefundAsync(partly, cents / 5);
                await CloseAsync(await DisputeAsync(partly, null), "lost");
                break;
            case 10:
                await RefundByOperatorAsync(await PaidAsync(url), random.Next(2) == 0 ? 0 : cents / 2, $"storm-{number}");
                break;
            default:
                await PaidAsync(url);
                await SpendAsync(user, random.Next(1, cents));
                break;
        }
    }

    private async Task KillAsync(int payments, int kills)
    {
        for (var kill = 1; kill <= kills; kill++)
        {
            while (_done < payments * kill / (kills + 1))
            {
                await Task.Delay(20);
            }
            await _payments!.KillAsync();
            _payments.Dispose();
            var clock = System.Diagnostics.Stopwatch.StartNew();
            await StartPaymentsAsync();
            _tell($"killed at {_done}, back after {clock.Elapsed}");
        }
    }

    private async Task StartPaymentsAsync()
    {
        _payments = await ServiceProcess.StartAsync("Payments", new Dictionary<string, string?>
        {
            ["ConnectionStrings:paymentsdb"] = _database.ConnectionString,
            ["services:wallet:http:0"] = _wallet.Address.ToString(),
            ["Stripe:SecretKey"] = "sk_test_local",
            ["Stripe:WebhookSecret"] = Stack.WebhookSecret,
            ["Stripe:ApiBase"] = _clouds.Host.StripeUrl.ToString(),
            ["Reconciler:IntervalSeconds"] = "86400",
            ["Reconciler:GraceSeconds"] = "0",
            ["TopupLimits:BlockAfterFraud"] = "off",
            ["TopupLimits:OpenSessionsPerUser"] = "0",
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information",
        });
        var client = new HttpClient(new Http2Handler()) { BaseAddress = _payments.Address };
        client.DefaultRequestHeaders.Add(InternalCredential.HeaderName, ServiceApp.Credential);
        _operator = new V1.PaymentsService.PaymentsServiceClient(GrpcChannel.ForAddress(_payments.Address)
            .Intercept(new OutgoingCallInterceptor(_wallet.Services.GetRequiredService<InternalCredential>(), TimeProvider.System)));
        _relay.Target = client;
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Guid user, string? json = null, string? key = null)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add(Caller.HeaderName, user.ToString());
        if (json is not null)
        {
            request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        }
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }
        return _relay.Target!.SendAsync(request);
    }

    // Retries under the same key, like an app whose server is unavailable for a moment.
    private async Task<string> TopupAsync(Guid user, string json, string key)
    {
        return await Eventually.BecomesAsync(async () =>
        {
            try
            {
                using var answer = await SendAsync(HttpMethod.Post, "/api/topup", user, json, key);
                return answer.IsSuccessStatusCode
                    ? (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("checkout_url").GetString()! : "";
            }
            catch (HttpRequestException)
            {
                await Task.Delay(200);
                return "";
            }
        }, url => url.Length > 0, "a session", TimeSpan.FromMinutes(3));
    }

    private async Task PayAsync(string url, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await _plain.PostAsync(new Uri(url), content);
    }

    // The payment intent.
    private async Task<string> PaidAsync(string url, string card = "4242424242424242")
    {
        await PayAsync(url, ("card_number", card));
        return (await SessionOfAsync(url)).PaymentIntentId!;
    }

    private Task<Session> SessionOfAsync(string url) => new SessionService(_stripe).GetAsync(SessionIdOf(url));

    private Task ExpireAsync(string url) => new SessionService(_stripe).ExpireAsync(SessionIdOf(url));

    private static string SessionIdOf(string url) => System.Text.RegularExpressions.Regex.Match(url, "cs_test_[A-Za-z0-9]+").Value;

    private Task RefundAsync(string payment, long? amount) => ControlAsync("/stripe/refunds", new { payment_intent = payment, amount });

    private async Task<string> DisputeAsync(string payment, long? amount) =>
        (await ControlAsync("/stripe/disputes", new { payment_intent = payment, amount })).GetProperty("id").GetString()!;

    private Task CloseAsync(string dispute, string status) => ControlAsync($"/stripe/disputes/{dispute}/close", new { status });

    // The operator repeats until it is completed or rejected.
    private Task RefundByOperatorAsync(string payment, long amount, string key) => Eventually.IsTrueAsync(async () =>
    {
        try
        {
            await _operator.RefundPaymentAsync(
                new V1.RefundPaymentRequest
                {
                    PaymentIntentId = payment,
                    IdempotencyKey = key,
                    Actor = "tests",
                    AmountCents = amount,
                    Force = true,
                });
            return true;
        }
        catch (RpcException refusal)
        {
            // Its webhook may be lost: then the payment is not credited until the reconciler runs.
            if (refusal.ErrorCode() == "payment_not_found")
            {
                await RefreshAsync(payment);
            }
            return refusal.ErrorCode() is "refund_exceeds_payment" or "stripe_rejected";
        }
    }, "an operator's refund", TimeSpan.FromMinutes(3));

    private async Task RefreshAsync(string payment)
    {
        var session = (await new SessionService(_stripe).ListAsync(new SessionListOptions { PaymentIntent = payment })).Single();
        try
        {
            using var answer = await SendAsync(HttpMethod.Get, $"/api/topup/{session.Id}", Guid.Parse(session.ClientReferenceId!));
        }
        catch (HttpRequestException)
        {
            // The service was killed meanwhile.
        }
    }

    private async Task SpendAsync(int user, long cents)
    {
        var wallet = await _walletClient.GetBalanceAsync(new GetBalanceRequest { UserId = _users[user].ToString() });
        var amount = Math.Min(cents, wallet.BalanceCents);
        if (amount == 0 || wallet.Frozen)
        {
            return;
        }
        try
        {
            await _walletClient.DebitAsync(new DebitRequest
            {
                UserId = _users[user].ToString(),
                IdempotencyKey = Guid.NewGuid().ToString(),
                JobId = Guid.NewGuid().ToString(),
                AmountCents = amount,
            });
            Interlocked.Add(ref _spent[user], amount);
        }
        catch (RpcException refusal) when (refusal.ErrorCode() is "insufficient_funds" or "wallet_frozen")
        {
            // Clawed back or frozen meanwhile.
        }
    }

    private async Task<bool> IsUndecidedAsync()
    {
        var refunds = await AllAsync(new RefundService(_stripe).ListAutoPagingAsync(new RefundListOptions { Limit = 100 }));
        var events = await AllAsync(new EventService(_stripe)
            .ListAutoPagingAsync(new EventListOptions { Types = ["checkout.session.*"], Limit = 100 }));
        var waiting = events.Where(one => one.Type == EventTypes.CheckoutSessionCompleted
            && ((Session)one.Data!.Object!).PaymentStatus == "unpaid");
        var decided = events.Where(one => one.Type.Contains("async_payment", StringComparison.Ordinal));
        return refunds.Any(refund => refund.Status == "pending"
            || TimeProvider.System.GetUtcNow() - refund.Created < TimeSpan.FromSeconds(4))
            || waiting.Count() != decided.Count();
    }

    private static async Task<List<T>> AllAsync<T>(IAsyncEnumerable<T> items)
    {
        var all = new List<T>();
        await foreach (var item in items)
        {
            all.Add(item);
        }
        return all;
    }

    private async Task<JsonElement> ControlAsync(string path, object body)
    {
        using var answer = await _plain.PostAsJsonAsync(
            new Uri(_clouds.Host.ControlUrl, path), body,
            new JsonSerializerOptions { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull });
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement : throw new InvalidOperationException($"{path}: {text}");
    }
}
