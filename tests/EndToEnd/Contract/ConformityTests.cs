using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>Real answers of the running stack, compared with the OpenAPI document that it serves.</summary>
[Collection(nameof(Stack))]
public sealed partial class ConformityTests(Stack stack)
{
    private const string Card = "4242424242424242";
    private static readonly HttpMethod Get = HttpMethod.Get;
    private static readonly HttpMethod Post = HttpMethod.Post;
    private static readonly HttpMethod Put = HttpMethod.Put;
    private static readonly HttpMethod Delete = HttpMethod.Delete;

    [Fact]
    public async Task Every_operation_succeeds_as_documented()
    {
        var document = await ApiDocument.LoadAsync(stack);
        using var client = new ContractClient(stack, document);
        await UseAnonymouslyAsync(client);
        await client.OpenSessionAsync();
        await client.OpenSessionAsync();
        await TopUpAsync(client);
        await UseCardsAsync(client);
        await BuyAccessAsync(client);
        var key = await UploadAsync(client);
        var job = await CompleteJobAsync(client, key);
        await CancelJobAsync(client, key);
        await DeleteFilesAsync(client, key, job);
        await ReadWalletAsync(client);
        await DeliverAsync(client, "/api/webhooks/stripe");
        await DeliverAsync(client, "/api/webhook");
        var suppressed = await DeliverResendsAsync(client);
        await ReportAsync(client, job);
        await OpenIdCalls.SignInAsync(stack, client);
        var email = await SignInAsync(client);
        var ticket = await SupportCalls.MakeAsync(client);
        await OperateAsync(client, email, job, suppressed, ticket);
        Assert.Equal(204, (await client.SendAsync(Post, "/api/auth/logout")).Status);
        foreach (var path in new[] { "", "/current" })
        {
            client.Token = null;
            await client.OpenSessionAsync();
            var session = (await client.GetAsync("/api/auth/sessions")).GetProperty("sessions")[0].GetProperty("id").GetString();
            Assert.Equal(204, (await client.SendAsync(
                Delete, $"/api/auth/sessions{path.Replace("current", session, StringComparison.Ordinal)}")).Status);
            await client.FailAsync(401, "not_authenticated", Get, "/api/me");
        }
        await client.FailAsync(401, "not_authenticated", Get, "/api/me");
        client.Token = null;
        await client.OpenSessionAsync();
        await TopUpAsync(client);
        await AccountEndCalls.MakeAsync(client);

        client.AssertConforms();
        Assert.Equal(document.Operations.Select(operation => operation.Id).Order(), client.Succeeded.Order());
    }

    private static async Task UseAnonymouslyAsync(ContractClient client)
    {
        await client.GetAsync("/api/health");
        await client.GetAsync("/api/packs");
        await client.GetAsync("/api/pricing");
        Assert.Equal(0, (await client.GetAsync("/api/wallet")).GetProperty("balance_cents").GetInt64());
        var guest = await client.SendAsync(Post, "/api/topup", JsonContent.Create(new { pack = "starter" }));
        Assert.Equal(200, guest.Status);
        Assert.True(guest.Headers.ContainsKey("Set-Cookie"), "a guest who tops up has a session from then on");
    }

    private static async Task TopUpAsync(ContractClient client)
    {
        var key = ("Idempotency-Key", $"{Guid.NewGuid()}");
        var first = await client.SendAsync(Post, "/api/topup", JsonContent.Create(new { amount_cents = 500 }), key);
        var again = await client.SendAsync(Post, "/api/topup", JsonContent.Create(new { amount_cents = 500 }), key);
        Assert.Equal((200, 200, first.Body), (first.Status, again.Status, again.Body));
        Assert.Equal(["true"], again.Headers["Idempotency-Replayed"]);
        var checkout = JsonSerializer.Deserialize<JsonElement>(first.Body);
        Assert.Equal(HttpStatusCode.SeeOther, await User.PayAsync(new Uri(checkout.GetProperty("checkout_url").GetString()!), Card));
        await Eventually.IsTrueAsync(
            async () => (await client.GetAsync("/api/wallet")).GetProperty("balance_cents").GetInt64() == 500, "the credits have come");
        var topup = $"/api/topup/{checkout.GetProperty("session_id").GetString()}";
        Assert.NotNull((await client.GetAsync(topup)).GetProperty("receipt_url").GetString());
        Assert.Equal(302, (await client.SendAsync(Get, $"{topup}/receipt?redirect=1")).Status);
        await client.GetAsync($"{topup}/receipt");
        await client.PostAsync("/api/debit", new { job_id = "conformity", cost_cents = 10 });
        await client.PostAsync("/api/debit", new { job_id = "conformity", cost_cents = 10 });
    }

    // The offline TradingView has no user of the first name: an operator gets a task.
    private static async Task BuyAccessAsync(ContractClient client)
    {
        await client.FailAsync(400, "invalid_request", Post, "/api/topup", JsonContent.Create(new { pack = "access" }));
        foreach (var (name, status) in new[] { ($"unknown-{Guid.NewGuid():N}", "manual"), ($"u{Guid.NewGuid():N}", "granted") })
        {
            var checkout = await client.PostAsync("/api/topup", new { pack = "access", access_username = name });
            Assert.Equal(HttpStatusCode.SeeOther, await User.PayAsync(new Uri(checkout.GetProperty("checkout_url").GetString()!), Card));
            await Eventually.IsTrueAsync(
                async () => (await client.GetAsync("/api/grants?limit=1")).GetProperty("grants").EnumerateArray()
                    .Any(grant => grant.GetProperty("access_username").GetString() == name
                        && grant.GetProperty("status").GetString() == status),
                $"the access for {name} is {status}");
            var topup = await client.GetAsync($"/api/topup/{checkout.GetProperty("session_id").GetString()}");
            Assert.Equal((name, 1), (topup.GetProperty("access_username").GetString(), topup.GetProperty("grants").GetArrayLength()));
        }
    }

    private static async Task UseCardsAsync(ContractClient client)
    {
        var rule = new { enabled = true, threshold_cents = 1, pack = "starter", monthly_cap_cents = 500 };
        await client.GetAsync("/api/auto-topup");
        await client.FailAsync(409, "card_required", Put, "/api/auto-topup", JsonContent.Create(rule));
        var checkout = await client.PostAsync("/api/topup", new { pack = "starter", save_card = true });
        Assert.Equal(HttpStatusCode.SeeOther, await User.PayAsync(new Uri(checkout.GetProperty("checkout_url").GetString()!), Card));
        var cards = await Eventually.BecomesAsync(
            () => client.GetAsync("/api/cards"), seen => seen.GetProperty("cards").GetArrayLength() == 1, "the card is saved");
        var card = cards.GetProperty("cards")[0].GetProperty("id").GetString();
        Assert.Equal(204, (await client.SendAsync(Put, $"/api/cards/{card}/default")).Status);
        Assert.Equal(200, (await client.SendAsync(Put, "/api/auto-topup", JsonContent.Create(rule))).Status);
        await client.GetAsync("/api/auto-topup");
        Assert.Equal(200, (await client.SendAsync(Put, "/api/auto-topup", JsonContent.Create(new { enabled = false }))).Status);
        Assert.Equal(204, (await client.SendAsync(Delete, $"/api/cards/{card}")).Status);
        await client.PostAsync("/api/billing-portal", new { });
    }

    private static async Task<string> UploadAsync(ContractClient client)
    {
        using var clip = new TempFile("clip.mp4");
        await TestVideo.RedAndBlueAsync(clip.Path, 320, 180, seconds: 1);
        var bytes = await File.ReadAllBytesAsync(clip.Path);
        var inParts = await client.PostAsync(
            "/api/uploads", new { filename = "long.mp4", content_type = "video/mp4", size_bytes = 200L * 1024 * 1024 });
        Assert.NotEmpty(inParts.GetProperty("part_urls").EnumerateArray());
        var state = await client.GetAsync($"/api/uploads/{Escaped(inParts.GetProperty("key").GetString()!)}");
        Assert.Equal(
            inParts.GetProperty("part_urls").GetArrayLength(), state.GetProperty("part_urls").GetArrayLength());
        var once = ("Idempotency-Key", $"{Guid.NewGuid()}");
        var started = await client.SendAsync(Post, "/api/uploads", Upload("video/mp4", bytes.Length), once);
        var again = await client.SendAsync(Post, "/api/uploads", Upload("video/mp4", bytes.Length), once);
        Assert.Equal((201, 201), (started.Status, again.Status));
        Assert.Equal(["true"], again.Headers["Idempotency-Replayed"]);
        var upload = JsonSerializer.Deserialize<JsonElement>(again.Body);
        var key = upload.GetProperty("key").GetString()!;
        Assert.Equal(key, JsonSerializer.Deserialize<JsonElement>(started.Body).GetProperty("key").GetString());
        await client.FailAsync(409, "upload_incomplete", Post, "/api/uploads/complete", JsonContent.Create(new { key }));
        using var browser = new HttpClient();
        using var put = await browser.PutSignedAsync(upload, bytes);
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
        await client.PostAsync("/api/uploads/complete", new { key });
        await client.GetAsync($"/api/uploads/{Escaped(key)}");
        return key;
    }

    private static async Task<string> CompleteJobAsync(ContractClient client, string key)
    {
        var parameters = new { source_key = key, target_resolution = "720p" };
        await client.PostAsync("/api/jobs/quote", new { type = "framing", @params = parameters });
        var accepted = await client.PostAsync("/api/jobs", new { project_id = "p", type = "framing", @params = parameters });
        var job = accepted.GetProperty("job_id").GetString()!;
        Assert.Equal(200, (await client.SendAsync(Get, $"/api/jobs/{job}/events")).Status);
        await EndsAsync(client, job, "completed");
        await client.GetAsync($"/api/status/{job}");
        await client.GetAsync("/api/jobs?limit=1&status=completed");
        var events = await client.SendAsync(Get, $"/api/jobs/{job}/events");
        var last = EventStreamText.Events(events.Body).Last()["id"];
        Assert.Equal(204, (await client.SendAsync(Get, $"/api/jobs/{job}/events", null, ("Last-Event-ID", last))).Status);
        await client.GetAsync($"/api/download/{job}");
        Assert.Equal(302, (await client.SendAsync(Get, $"/api/download/{job}?redirect=1")).Status);
        return job;
    }

    private static async Task DeleteFilesAsync(ContractClient client, string key, string job)
    {
        var output = (await client.GetAsync($"/api/jobs/{job}")).GetProperty("output").GetProperty("key").GetString()!;
        foreach (var file in new[] { output, key })
        {
            // The files of a job are released just after its end.
            await Eventually.IsTrueAsync(
                async () => (await client.SendAsync(Delete, $"/api/files/{Escaped(file)}")).Status == 204, $"{file} is deleted");
            await client.FailAsync(410, "expired", Delete, $"/api/files/{Escaped(file)}");
        }
        await client.FailAsync(410, "expired", Get, $"/api/download/{job}");
        await client.FailAsync(410, "expired", Get, $"/api/uploads/{Escaped(key)}");
    }

    private async Task CancelJobAsync(ContractClient client, string key)
    {
        var job = await StalledJobAsync(client, key);
        await client.FailAsync(409, "job_not_completed", Get, $"/api/download/{job}");
        await client.FailAsync(409, "file_in_use", Delete, $"/api/files/{Escaped(key)}");
        Assert.Equal(202, (await client.SendAsync(Post, $"/api/jobs/{job}/cancel")).Status);
        await EndsAsync(client, job, "cancelled");
        await client.FailAsync(409, "job_not_cancellable", Post, $"/api/jobs/{job}/cancel");
        await RetryJobAsync(client, job);
    }

    private static async Task RetryJobAsync(ContractClient client, string job)
    {
        await client.FailAsync(409, "price_changed", Post, $"/api/jobs/{job}/retry", JsonContent.Create(new { cost_cents = 999 }));
        await client.FailAsync(400, "invalid_request", Post, $"/api/jobs/{job}/retry", JsonContent.Create(new { cost_cents = 0 }));
        var again = (await client.PostAsync($"/api/jobs/{job}/retry", new { })).GetProperty("job_id").GetString()!;
        Assert.Equal(job, (await client.GetAsync($"/api/jobs/{again}")).GetProperty("retry_of").GetString());
        await EndsAsync(client, again, "completed");
        await client.FailAsync(409, "job_not_retryable", Post, $"/api/jobs/{again}/retry");
    }

    private async Task<string> StalledJobAsync(ContractClient client, string key)
    {
        await stack.FaultAsync(new { cloud = "runpod", match = "POST /v2/local/run", kind = "stall_worker", times = 1 });
        var accepted = await client.PostAsync("/api/export", new { source_key = key, target_resolution = "720p" });
        var job = accepted.GetProperty("job_id").GetString()!;
        await Eventually.IsTrueAsync(async () => await StatusAsync(client, job) == "running", $"job {job} runs");
        await stack.ClearFaultsAsync();
        return job;
    }

    private async Task OperateAsync(ContractClient client, string email, string job, string suppressed, string ticket)
    {
        Assert.Equal(202, (await client.SendAsync(Post, "/api/auth/link", JsonContent.Create(new { email = suppressed }))).Status);
        var user = client.Token;
        var uid = (await client.GetAsync("/api/me")).GetProperty("uid").GetString()!;
        var payment = (await client.GetAsync("/api/wallet/ledger?limit=100")).GetProperty("entries").EnumerateArray()
            .First(entry => entry.GetProperty("reason").GetString() == "topup").GetProperty("stripe_payment_id").GetString()!;
        var running = await StalledJobAsync(client, await UploadAsync(client));
        client.Token = await stack.AdminTokenAsync();
        await using var webhook = await WebhookCalls.BeginAsync(client);
        await UserPossessionCalls.MakeAsync(client, uid, job, running, payment);
        await OperatorCalls.MakeAsync(client, uid, email, job, payment, suppressed);
        await SupportCalls.OperateAsync(client, ticket);
        await ApprovalCalls.MakeAsync(client, uid, user!);
        await AlertCalls.MakeAsync(client);
        await FiguresCalls.MakeAsync(client);
        await DisputeCalls.MakeAsync(stack, client, uid, payment);
        await webhook.EndAsync(client);
        client.Token = user;
    }

    /// <returns>The address that was signed in with.</returns>
    private async Task<string> SignInAsync(ContractClient client)
    {
        var (email, before) = ($"{Guid.NewGuid():N}@example.com", client.Token);
        Assert.Equal(202, (await client.SendAsync(Post, "/api/auth/link", JsonContent.Create(new { email, return_to = "/" }))).Status);
        var token = await stack.SignInTokenAsync(email);
        client.Token = null;
        await client.FailAsync(409, "confirmation_required", Post, "/api/auth/link/confirm", JsonContent.Create(new { token }));
        client.Token = before;
        var signedIn = await client.PostAsync("/api/auth/link/confirm", new { token });
        await client.FailAsync(401, "not_authenticated", Get, "/api/me");
        client.Token = signedIn.GetProperty("token").GetString();
        Assert.Equal(email, (await client.GetAsync("/api/account")).GetProperty("email").GetString());
        await UseMailSettingsAsync(client, email);
        email = await AddressCalls.MakeAsync(stack, client, email);
        await PasskeyCalls.MakeAsync(stack, client);
        await client.GetAsync("/api/auth/sessions");
        await client.FailAsync(404, "session_not_found", Delete, $"/api/auth/sessions/{Guid.NewGuid()}");
        await client.FailAsync(410, "link_expired", Post, "/api/auth/link/confirm", JsonContent.Create(new { token }));
        return email;
    }

    private async Task UseMailSettingsAsync(ContractClient client, string email)
    {
        var off = new { mail = new { low_balance = false } };
        Assert.Equal(200, (await client.SendAsync(Put, "/api/account", JsonContent.Create(off))).Status);
        var key = await UploadAsync(client);
        await CompleteJobAsync(client, key);
        var mail = await stack.MailAsync(email, "Your video is ready");
        var link = new Uri(mail.GetProperty("headers").GetProperty("List-Unsubscribe").GetString()!.Trim('<', '>')).AbsolutePath;
        Assert.Equal(200, (await client.SendAsync(Get, link)).Status);
        Assert.Equal(200, (await client.SendAsync(
            Post, link, new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]))).Status);
        await client.FailAsync(404, "unsubscribe_link_unknown", Post, $"{link}A");
    }

    private static async Task ReadWalletAsync(ContractClient client)
    {
        await client.GetAsync("/api/me");
        await client.GetAsync("/api/account");
        await client.GetAsync("/api/wallet?at=2026-01-01T00:00:00Z");
        var page = await client.GetAsync("/api/wallet/ledger?limit=1");
        await client.GetAsync($"/api/wallet/ledger?limit=100&cursor={page.GetProperty("next_cursor").GetString()}");
        Assert.Equal(200, (await client.SendAsync(Get, "/api/wallet/ledger.csv")).Status);
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var totals = await client.GetAsync($"/api/wallet/totals?from={Midnight(now.AddDays(-2))}&to={Midnight(now.AddDays(2))}");
        Assert.NotEmpty(totals.GetProperty("totals").EnumerateArray());
        var all = await client.SendAsync(Get, "/api/events");
        Assert.Equal((200, 1), (all.Status, EventStreamText.Events(all.Body).Count()));
        var events = await client.SendAsync(Get, "/api/wallet/events?low_balance_cents=100");
        Assert.Equal((200, 1), (events.Status, EventStreamText.Events(events.Body).Count()));
    }

    private static async Task DeliverAsync(ContractClient client, string path)
    {
        var payload = JsonSerializer.Serialize(new
        {
            id = $"evt_{Guid.NewGuid():N}",
            @object = "event",
            type = "product.created",
            created = 1_700_000_000,
            data = new { @object = new { id = "prod_1", @object = "product" } },
        });
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData("whsec_local"u8, Encoding.UTF8.GetBytes($"{at}.{payload}")));
        var answer = await client.SendAsync(Post, path, Text(payload), ("Stripe-Signature", $"t={at},v1={signature}"));
        Assert.True(answer.Status == 200, answer.Body);
        await client.FailAsync(400, "signature_missing", Post, path, Text(payload));
        await client.FailAsync(400, "signature_invalid", Post, path, Text("{}"), ("Stripe-Signature", $"t={at},v1={signature}"));
    }

    /// <returns>An address that has complained.</returns>
    private static async Task<string> DeliverResendsAsync(ContractClient client)
    {
        const string path = "/api/webhooks/resend";
        var email = $"{Guid.NewGuid():N}@example.com";
        var payload = JsonSerializer.Serialize(
            new { type = "email.bounced", data = new { to = new[] { email }, bounce = new { type = "Permanent" } } });
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var hash = HMACSHA256.HashData("localcloud-resend-webhook"u8, Encoding.UTF8.GetBytes($"msg_1.{at}.{payload}"));
        (string, string)[] headers =
            [("svix-id", "msg_1"), ("svix-timestamp", $"{at}"), ("svix-signature", $"v1,{Convert.ToBase64String(hash)}")];
        var answer = await client.SendAsync(Post, path, Text(payload), headers);
        Assert.True(answer.Status == 200, answer.Body);
        await client.FailAsync(400, "signature_invalid", Post, path, Text("{}"), headers);
        return email;
    }

    private async Task ReportAsync(ContractClient client, string job)
    {
        var key = Encoding.UTF8.GetBytes(stack.Parameter("runpod-callback-key"));
        var token = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(job)));
        var report = new { id = "run-1", status = "COMPLETED" };
        await client.PostAsync($"/api/runpod/webhook/{job}?token={token}", report);
        await client.FailAsync(400, "invalid_request", Post, $"/api/runpod/webhook/{job}?token={token}", Text("{"));
        await client.FailAsync(404, "job_not_found", Post, $"/api/runpod/webhook/{job}?token=guessed", JsonContent.Create(report));
    }

    private static Task EndsAsync(ContractClient client, string job, string status) => Eventually.IsTrueAsync(
        async () => await StatusAsync(client, job) == status, $"job {job} is {status}", TimeSpan.FromMinutes(5));

    private static async Task<string?> StatusAsync(ContractClient client, string job) =>
        (await client.GetAsync($"/api/jobs/{job}")).GetProperty("status").GetString();

    private static string Midnight(DateTime day) => day.ToString("yyyy-MM-dd'T00:00:00Z'", CultureInfo.InvariantCulture);

    private static string Escaped(string key) => Uri.EscapeDataString(key);

    private static StringContent Text(string text, string mediaType = "application/json") => new(text, Encoding.UTF8, mediaType);

    private static JsonContent Debit(string jobId, int cents) => JsonContent.Create(new { job_id = jobId, cost_cents = cents });

    private static JsonContent Export(string key, int? seconds = null) =>
        JsonContent.Create(new { source_key = key, duration_s = seconds, target_resolution = "720p" });

    private static JsonContent Job(string key, int? costCents = null) => JsonContent.Create(
        new { project_id = "p", type = "framing", @params = new { source_key = key }, cost_cents = costCents });

    private static JsonContent Upload(string contentType, long bytes) =>
        JsonContent.Create(new { filename = "clip.mp4", content_type = contentType, size_bytes = bytes });
}
