using System.Net.Http.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests.Contract;

// Errors.
public sealed partial class ConformityTests
{
    [Fact]
    public async Task Errors_are_as_documented()
    {
        var document = await ApiDocument.LoadAsync(stack);
        using var client = new ContractClient(stack, document);
        await client.OpenSessionAsync();
        await client.FailAsync(404, "customer_not_found", Post, "/api/billing-portal");
        await OpenIdCalls.FailAsync(stack, client);
        await client.FailAsync(400, "invalid_request", Put, "/api/auto-topup", Text("{}"));
        var off = new { mail = new { low_balance = false } };
        await client.FailAsync(403, "sign_in_required", Put, "/api/account", JsonContent.Create(off));
        var key = await UploadAsync(client);
        await client.FailAsync(402, "insufficient_funds", Post, "/api/export", Export(key));
        await TopUpAsync(client);
        await RejectInputAsync(client);
        await RejectWhatIsNotThereAsync(client, key);
        await SupportCalls.RejectAsync(client);
        await AddressCalls.RejectAsync(client);
        await PasskeyCalls.RejectAsync(client);
        await RejectForTheStateAsync(client, key);
        await RejectWhileFrozenAsync(client, key);
        client.AssertConforms();
    }

    [Fact]
    public async Task What_any_request_can_be_answered_with_is_as_documented()
    {
        var document = await ApiDocument.LoadAsync(stack);
        using var client = new ContractClient(stack, document);
        var tooLarge = new byte[(1024 * 1024) + 1];
        foreach (var operation in document.Operations)
        {
            // Others are told that there is no such path.
            client.Token = operation.Path.ToString().StartsWith("/api/admin/", StringComparison.Ordinal)
                ? await stack.AdminTokenAsync() : null;
            var method = new HttpMethod(operation.Method);
            var path = operation.Path.ToString().Replace("{job_id}", $"{Guid.NewGuid()}", StringComparison.Ordinal)
                .Replace("{session_id}", "cs_test_unknown", StringComparison.Ordinal)
                .Replace("{card_id}", "pm_unknown", StringComparison.Ordinal)
                .Replace("{provider}", "local", StringComparison.Ordinal);
            await client.FailAsync(414, "uri_too_long", method, $"{path}?{new string('a', 8000)}");
            await client.FailAsync(431, "request_header_fields_too_large", method, path, null, ("X-Long", new string('a', 20_000)));
            await client.FailAsync(400, "upgrade_not_supported", method, path, null, ("Connection", "Upgrade"), ("Upgrade", "websocket"));
            await client.FailAsync(415, "unsupported_media_type", method, path, Text("{}", "application/grpc"));
            await client.FailAsync(405, "method_not_allowed", HttpMethod.Patch, path);
            await client.FailAsync(404, "not_found", method, $"{path}/");
            await client.FailAsync(404, "not_found", method, path.ToUpperInvariant());
            if (Documents(operation, 401))
            {
                await client.FailAsync(401, "not_authenticated", method, path, null, ("Authorization", "Bearer guessed"));
            }
            // A request that changes nothing may come from any page; what it may be told is that a role is too low.
            if (Documents(operation, 403) && method != Get)
            {
                await client.FailAsync(403, "origin_not_allowed", method, path, Text("{}"), ("Origin", "https://attacker.invalid"));
                await client.FailAsync(413, "too_large", method, path, new ByteArrayContent(tooLarge), ("Expect", "100-continue"));
            }
        }
        client.AssertConforms();
    }

    private static async Task RejectInputAsync(ContractClient client)
    {
        foreach (var path in new[]
        {
            "/api/topup", "/api/debit", "/api/uploads", "/api/uploads/complete", "/api/jobs/quote", "/api/jobs", "/api/export",
            "/api/auth/link", "/api/auth/link/confirm", "/api/auth/providers/local/callback", "/api/auth/token",
            "/api/account/address", "/api/account/address/confirm", "/api/account/passkeys", "/api/auth/passkey",
        })
        {
            await client.FailAsync(400, "invalid_request", Post, path, Text("{}"));
            await client.FailAsync(400, "invalid_request", Post, path, Text("[1"));
            await client.FailAsync(415, "unsupported_media_type", Post, path, Text("{}", "text/plain"));
        }
        foreach (var path in new[]
        {
            "/api/wallet?at=x", "/api/wallet/ledger?limit=0", "/api/wallet/ledger.csv?from=x", "/api/wallet/totals", "/api/jobs?status=x",
            "/api/wallet/events?low_balance_cents=-1", "/api/jobs?limit=%2B5",
        })
        {
            await client.FailAsync(400, "invalid_request", Get, path);
        }
        await client.FailAsync(400, "invalid_request", Post, "/api/debit", Text("{}"), ("Idempotency-Key", new string('k', 256)));
        await client.FailAsync(413, "too_large", Post, "/api/uploads", Upload("video/mp4", 1L << 50));
        for (var count = 0; count < 5; count++)
        {
            Assert.Equal(202, (await client.SendAsync(Post, "/api/auth/link", Text("""{"email":"limited@example.com"}"""))).Status);
        }
        await client.FailAsync(429, "sign_in_limited", Post, "/api/auth/link", Text("""{"email":"limited@example.com"}"""));
        await RejectAboveTheQuotaAsync(client);
        await client.FailAsync(415, "unsupported_media_type", Post, "/api/uploads", Upload("image/png", 1));
    }

    private static async Task RejectAboveTheQuotaAsync(ContractClient client)
    {
        // As many of the largest as fit; the limit grows once Storage has heard of the payment.
        for (var count = 0; count < 15; count++)
        {
            var answer = await client.SendAsync(Post, "/api/uploads", Upload("video/mp4", 5L << 30));
            if (answer.Status != 201)
            {
                Assert.Equal(403, answer.Status);
                break;
            }
        }
        await client.FailAsync(403, "storage_quota_exceeded", Post, "/api/uploads", Upload("video/mp4", 5L << 30));
    }

    private static async Task RejectWhatIsNotThereAsync(ContractClient client, string key)
    {
        await client.FailAsync(404, "checkout_not_found", Get, "/api/topup/cs_test_unknown");
        await client.FailAsync(404, "receipt_not_found", Get, "/api/topup/cs_test_unknown/receipt");
        await client.FailAsync(404, "card_not_found", Delete, "/api/cards/pm_unknown");
        await client.FailAsync(404, "card_not_found", Put, "/api/cards/pm_unknown/default");
        await client.FailAsync(404, "upload_not_found", Post, "/api/uploads/complete", JsonContent.Create(new { key = $"{key}x" }));
        await client.FailAsync(404, "upload_not_found", Get, $"/api/uploads/{Escaped($"{key}x")}");
        await client.FailAsync(404, "file_not_found", Delete, $"/api/files/{Escaped($"{key}x")}");
        await client.FailAsync(404, "source_not_found", Post, "/api/jobs", Job($"{key}x"));
        await client.FailAsync(404, "source_not_found", Post, "/api/export", Export($"{key}x"));
        foreach (var id in new[] { $"{Guid.NewGuid()}", "no-uuid" })
        {
            foreach (var path in new[] { $"/api/jobs/{id}", $"/api/status/{id}", $"/api/jobs/{id}/events", $"/api/download/{id}" })
            {
                await client.FailAsync(404, "job_not_found", Get, path);
            }
            await client.FailAsync(404, "job_not_found", Post, $"/api/jobs/{id}/cancel");
            await client.FailAsync(404, "job_not_found", Post, $"/api/jobs/{id}/retry");
            await client.FailAsync(404, "job_not_found", Post, $"/api/runpod/webhook/{id}?token=x", Text("{}"));
        }
    }

    private static async Task RejectForTheStateAsync(ContractClient client, string key)
    {
        await client.FailAsync(402, "insufficient_funds", Post, "/api/debit", Debit("too-much", 501));
        await client.FailAsync(409, "price_changed", Post, "/api/export", Export(key, seconds: 7200));
        await client.FailAsync(409, "idempotency_key_reused", Post, "/api/debit", Debit("conformity", 11));
        await client.FailAsync(409, "price_changed", Post, "/api/jobs", Job(key, costCents: 999));
        var used = ("Idempotency-Key", $"{Guid.NewGuid()}");
        Assert.Equal(200, (await client.SendAsync(Post, "/api/topup", JsonContent.Create(new { amount_cents = 600 }), used)).Status);
        await client.FailAsync(
            409, "idempotency_key_reused", Post, "/api/topup", JsonContent.Create(new { amount_cents = 700 }), used);
    }

    private async Task RejectWhileFrozenAsync(ContractClient client, string key)
    {
        var ledger = await client.GetAsync("/api/wallet/ledger");
        var payment = ledger.GetProperty("entries").EnumerateArray().Last().GetProperty("stripe_payment_id").GetString();
        using var bank = new HttpClient { BaseAddress = stack.Control };
        using var dispute = await bank.PostAsJsonAsync("/stripe/disputes", new { payment_intent = payment });
        Assert.True(dispute.IsSuccessStatusCode, await dispute.Content.ReadAsStringAsync());
        var debits = 0;
        await Eventually.IsTrueAsync(
            async () => (await client.SendAsync(Post, "/api/debit", Debit($"frozen-{debits++}", 1))).Status == 403, "the wallet is frozen");
        await client.FailAsync(403, "wallet_frozen", Post, "/api/debit", Debit("frozen", 1));
        await client.FailAsync(403, "wallet_frozen", Post, "/api/jobs", Job(key));
        await client.FailAsync(403, "wallet_frozen", Post, "/api/export", Export(key));
    }

    private static bool Documents(ApiOperation operation, int status) => operation.Node["responses"][$"{status}"].Exists;
}
