using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.EndToEnd.Tests.Contract;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>
/// Operators in whose name the fuzz attacks, and what their acts concern: two users who do nothing themselves, with payments, jobs,
/// freezes, tickets and all else that has an id. Neither has an account, so none can be joined into the other: that would move a whole
/// wallet.
/// </summary>
internal sealed class FuzzOperators : IDisposable
{
    /// <summary>More than one admin may move alone.</summary>
    public const int TwoPersonCents = 10_001;

    private const int Wards = 2;
    private const int Each = 12;

    // One user opens 5 a day.
    private const int Tickets = 4;
    private const string WebhookUrl = "https://hooks.invalid/fuzz";
    private static readonly string[] Events = ["payment.credited"];
    private readonly Dictionary<string, List<string>> _ids = [];

    public required User Support { get; init; }

    public required User Admin { get; init; }

    /// <summary>An account that only gets and loses roles.</summary>
    public required User Recruit { get; init; }

    public required IReadOnlyList<FuzzActor> Concerned { get; init; }

    /// <summary>The last entry of the audit log before the operators' first.</summary>
    public required long Since { get; init; }

    /// <param name="stack">The stack, on which the work itself still succeeds.</param>
    /// <param name="first">Its session is the first admin's.</param>
    public static async Task<FuzzOperators> ArriveAsync(Stack stack, ContractClient first)
    {
        var since = (await first.GetAsync("/api/admin/audit?limit=1")).GetProperty("entries")[0].GetProperty("sequence").GetInt64();
        var (support, admin, recruit) =
            (await SignInAsync(stack), await SignInAsync(stack), await SignInAsync(stack));
        foreach (var (user, role) in new[] { (support, "support"), (admin, "admin") })
        {
            await ActAsync(first, HttpMethod.Put, $"/api/admin/users/{user.Uid}/role", new { role, reason = "test" });
            await Eventually.IsTrueAsync(
                async () => (await user.SendAsync(HttpMethod.Get, "/api/admin/audit?limit=1")).IsSuccessStatusCode,
                $"the Gateway knows the {role}");
        }
        // Has deliveries of what follows.
        var webhooks = await CreateWebhooksAsync(first);
        var made = new FuzzOperators
        {
            Support = support,
            Admin = admin,
            Recruit = recruit,
            Since = since,
            Concerned = [.. await Task.WhenAll(Enumerable.Range(0, Wards).Select(_ => FuzzActor.ArriveAsync(stack)))],
        };
        made._ids["{webhook_id}"] = webhooks;
        await Task.WhenAll(made.Concerned.Select(ward => ward.User.EndedAsync(ward.JobId)));
        return made;
    }

    /// <summary>Makes what else has an id.</summary>
    /// <param name="stack">The stack, on which jobs fail from here on.</param>
    /// <param name="first">Its session is the first admin's, who asks for what the fuzz's admin approves.</param>
    public async Task PrepareAsync(Stack stack, ContractClient first)
    {
        foreach (var ward in Concerned)
        {
            var job = await ward.User.ExportAsync(ward.Key);
            await ward.User.EndedAsync(job);
            Add(ward, "{job_id}", ward.JobId);
            Add(ward, "{job_id}", job);
            Add(ward, "{payment_id}", ward.Payment);
            for (var count = 0; count < Tickets; count++)
            {
                var ticket = await ward.User.PostAsync(
                    "/api/support", new { subject = "Help", message = "Please.", email = $"ward-{count}-{ward.User.Uid}@example.com" });
                Add(ward, "{ticket_id}", ticket.GetProperty("ticket_id").GetString()!);
            }
            for (var count = 0; count < Each; count++)
            {
                var user = $"/api/admin/users/{ward.User.Uid}";
                var frozen = await ActAsync(first, HttpMethod.Post, $"{user}/freeze", new { reason = "test" });
                Add(ward, "freeze_id", frozen.GetProperty("freeze_id").GetString()!);
                await ActAsync(
                    first, HttpMethod.Post, $"{user}/thaw",
                    new { freeze_id = frozen.GetProperty("freeze_id").GetString(), reason = "test" });
                var asked = await ActAsync(
                    first, HttpMethod.Post, $"{user}/credits", new { kind = "bonus", amount_cents = TwoPersonCents, reason = "test" });
                Add(ward, "{approval_id}", asked.GetProperty("approval_id").GetString()!);
            }
        }
        var deliveries = await Eventually.BecomesAsync(
            async () => (await first.GetAsync($"/api/admin/webhooks/{_ids["{webhook_id}"][0]}/deliveries")).GetProperty("deliveries"),
            found => found.GetArrayLength() > 0, "the fuzz's webhook has a delivery");
        _ids["{delivery_id}"] = [.. deliveries.EnumerateArray().Select(delivery => delivery.GetProperty("delivery_id").GetString()!)];
        await BuyAccessAsync(first);
        await SuppressMailAsync(stack, first);
    }

    /// <summary>An id for this place of a path or a body: of this user's, where it is a user's.</summary>
    public string Id(FuzzCase sample, string place)
    {
        var known = _ids.GetValueOrDefault($"{sample.Actor.User.Uid} {place}") ?? _ids.GetValueOrDefault(place) ?? [$"{Guid.NewGuid()}"];
        // The first webhook is the one with deliveries.
        return place == "{webhook_id}" && sample.Operation.Path.EndsWith("/delete", StringComparison.Ordinal)
            ? sample.Pick(known[1..])
            : sample.Pick(known);
    }

    /// <summary>Takes back what would concern others: pauses, webhooks and the recruit's role.</summary>
    public async Task EndAsync(ContractClient first)
    {
        foreach (var endpoint in (await first.GetAsync("/api/admin/endpoints")).GetProperty("endpoints").EnumerateArray())
        {
            await ActAsync(
                first, HttpMethod.Post, $"/api/admin/endpoints/{endpoint.GetProperty("endpoint_id").GetString()}/resume",
                new { reason = "test" });
        }
        foreach (var webhook in (await first.GetAsync("/api/admin/webhooks")).GetProperty("webhooks").EnumerateArray())
        {
            await ActAsync(
                first, HttpMethod.Post, $"/api/admin/webhooks/{webhook.GetProperty("webhook_id").GetString()}/delete",
                new { reason = "test" });
        }
        await ActAsync(first, HttpMethod.Put, $"/api/admin/users/{Recruit.Uid}/role", new { role = "user", reason = "test" });
    }

    public void Dispose()
    {
        foreach (var user in new IDisposable[] { Support, Admin, Recruit }.Concat(Concerned))
        {
            user.Dispose();
        }
    }

    private void Add(FuzzActor ward, string place, string id)
    {
        var key = $"{ward.User.Uid} {place}";
        if (!_ids.TryGetValue(key, out var known))
        {
            _ids[key] = known = [];
        }
        known.Add(id);
    }

    private static async Task<User> SignInAsync(Stack stack)
    {
        var user = await User.ArriveAsync(stack);
        await user.SignInAsync(stack, $"{Guid.NewGuid():N}@example.com");
        return user;
    }

    private static async Task<List<string>> CreateWebhooksAsync(ContractClient first)
    {
        var ids = new List<string>();
        for (var count = 0; count < Each; count++)
        {
            var created = await ActAsync(
                first, HttpMethod.Post, "/api/admin/webhooks", new { url = WebhookUrl, events = Events, reason = "test" });
            ids.Add(created.GetProperty("webhook").GetProperty("webhook_id").GetString()!);
        }
        return ids;
    }

    // The offline TradingView has no such user: operators get tasks.
    private async Task BuyAccessAsync(ContractClient first)
    {
        var ward = Concerned[0].User;
        for (var count = 0; count < 2; count++)
        {
            var topup = await ward.PostAsync("/api/topup", new { pack = "access", access_username = $"unknown-{Guid.NewGuid():N}" });
            Assert.Equal(
                HttpStatusCode.SeeOther, await User.PayAsync(new Uri(topup.GetProperty("checkout_url").GetString()!), "4242424242424242"));
        }
        var tasks = await Eventually.BecomesAsync(
            async () => (await first.GetAsync("/api/admin/provisioning/tasks?limit=100")).GetProperty("tasks").EnumerateArray()
                .Where(task => task.GetProperty("uid").GetString() == ward.Uid).ToList(),
            found => found.Count == 2, "there are tasks");
        _ids["{grant_id}"] = [.. tasks.Select(task => task.GetProperty("grant_id").GetString()!)];
    }

    private async Task SuppressMailAsync(Stack stack, ContractClient first)
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        await stack.SuppressAsync(email);
        using var writer = await User.ArriveAsync(stack);
        Assert.Equal(HttpStatusCode.Accepted, (await writer.SendAsync(
            HttpMethod.Post, "/api/auth/link", JsonContent.Create(new { email }))).StatusCode);
        var letters = await Eventually.BecomesAsync(
            async () => (await first.GetAsync("/api/admin/dead-letters")).GetProperty("dead_letters").EnumerateArray()
                .Where(letter => letter.GetProperty("queue").GetString() == "mails").ToList(),
            found => found.Count > 0, "a mail is given up");
        _ids["{queue}/{id}"] = [.. letters.Select(letter => $"mails/{letter.GetProperty("id").GetString()}")];
    }

    private static async Task<JsonElement> ActAsync(ContractClient first, HttpMethod method, string path, object body)
    {
        var answer = await first.SendAsync(method, path, JsonContent.Create(body), ("Idempotency-Key", $"{Guid.NewGuid()}"));
        Assert.True(answer.Status is 200 or 202, $"{method} {path}: {answer.Status} {answer.Body}");
        return JsonSerializer.Deserialize<JsonElement>(answer.Body);
    }
}
