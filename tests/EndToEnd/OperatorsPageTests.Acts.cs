using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.EndToEnd.Tests.Browser;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

// Acts on what waits, and the text of others in all lists.
public sealed partial class OperatorsPageTests
{
    [Fact(Skip = Chromium.Missing, SkipUnless = nameof(Chromium.IsInstalled), SkipType = typeof(Chromium))]
    public async Task A_mail_that_was_given_up_is_tried_again_and_arrives()
    {
        // One more than the page shows of each queue.
        var emails = Enumerable.Range(0, 6).Select(_ => $"{Guid.NewGuid():N}@example.com").ToArray();
        await stack.SuppressAsync(emails);
        using var admin = await AdminAsync();
        var before = await DeadLettersAsync(admin, "mails");
        using var user = await User.ArriveAsync(stack);
        foreach (var email in emails)
        {
            using var asked = await user.SendAsync(HttpMethod.Post, "/api/auth/link", JsonContent.Create(new { email }));
        }
        var dead = await Eventually.BecomesAsync(
            async () => (await DeadLettersAsync(admin, "mails")).Except(before).ToList(),
            found => found.Count == emails.Length, "the mails are given up");
        foreach (var email in emails)
        {
            await ActAsync(admin, HttpMethod.Post, "/api/admin/suppressions/lift", new { email, reason = "test" });
        }
        await using var browser = await Chromium.StartAsync();
        await SignInAsOperatorAsync(browser, admin, "support");

        var letter = Article("dead-letter-list", dead[^1]);
        await IsListedAsync(browser, letter, "mails");
        await ActOnPageAsync(browser, letter, "Try again", "The mailbox is there again.");
        await browser.SaysAsync("It is tried again now.");
        await browser.IsTrueAsync($"!({letter})");
        await browser.IsTrueAsync("document.getElementById('dead-letter-list').lastChild.textContent === 'All queues'");
        await Eventually.IsTrueAsync(
            async () => (await Task.WhenAll(emails.Select(stack.SignInMailsAsync))).Sum(mails => mails.Count) == 1, "one mail arrives");
        Assert.Equal(dead[..^1], (await DeadLettersAsync(admin, "mails")).Except(before));
    }

    [Fact(Skip = Chromium.Missing, SkipUnless = nameof(Chromium.IsInstalled), SkipType = typeof(Chromium))]
    public async Task A_payment_that_was_set_aside_stays_on_the_list_when_it_cannot_be_handled_until_it_is_dismissed()
    {
        using var admin = await AdminAsync();
        var id = await SetAsideAsync(admin, "a_status_of_2031");
        await using var browser = await Chromium.StartAsync();
        await SignInAsOperatorAsync(browser, admin, "admin");

        var letter = Article("dead-letter-list", id);
        await IsListedAsync(browser, letter, "parked");
        await ActOnPageAsync(browser, letter, "Try again", "Perhaps it is known now.");
        await browser.SaysAsync("It is not handled yet");
        await IsListedAsync(browser, $"{letter}?.querySelector('[name=reason]').value === ''", "parked");
        Assert.Contains(id, await DeadLettersAsync(admin, "parked"));

        await ActOnPageAsync(browser, letter, "Dismiss", "Settled with the bank.");
        await browser.SaysAsync("It is off the list.");
        await browser.IsTrueAsync($"!({letter})");
        Assert.DoesNotContain(id, await DeadLettersAsync(admin, "parked"));
    }

    [Fact(Skip = Chromium.Missing, SkipUnless = nameof(Chromium.IsInstalled), SkipType = typeof(Chromium))]
    public async Task A_second_admin_approves_an_act_once_and_its_credits_arrive()
    {
        using var user = await User.ArriveAsync(stack);
        using var admin = await AdminAsync();
        var (reason, withdrawn) = ($"Wanted, {Guid.NewGuid():N}.", $"Not wanted, {Guid.NewGuid():N}.");
        var approval = await AskForCreditsAsync(admin, user.Uid, reason);
        var other = await AskForCreditsAsync(admin, user.Uid, withdrawn);
        await using var browser = await Chromium.StartAsync();
        var second = await SignInAsOperatorAsync(browser, admin, "admin");

        var act = Article("approval-list", reason);
        await browser.IsTrueAsync(act);
        await ActOnPageAsync(browser, act, "Approve", "Agreed.");
        await browser.SaysAsync("It is approved and done.");
        await browser.IsTrueAsync($"!({act})");
        Assert.Equal(20_000, await user.BalanceAsync());
        var decided = await GetAsync(admin, $"/api/admin/approvals/{approval}");
        Assert.Equal(
            ["done", second, "Agreed."],
            new[] { "status", "decided_by", "decision_reason" }.Select(field => decided.GetProperty(field).GetString()));

        var late = Article("approval-list", withdrawn);
        await browser.IsTrueAsync(late);
        await ActAsync(admin, HttpMethod.Post, $"/api/admin/approvals/{other}/reject", new { reason = "test" });
        await ActOnPageAsync(browser, late, "Approve", "Agreed.");
        await browser.SaysAsync("Somebody has decided on it before.");
        await browser.IsTrueAsync($"!({late})");
        Assert.Equal(20_000, await user.BalanceAsync());
    }

    [Fact(Skip = Chromium.Missing, SkipUnless = nameof(Chromium.IsInstalled), SkipType = typeof(Chromium))]
    public async Task What_others_have_written_is_shown_as_text_in_every_list()
    {
        var texts = new[] { "agent", "role", "file", "subject", "message", "status", "approval" }.ToDictionary(
            name => name, name => $"<b>{name} {Guid.NewGuid():N}<img src=x onerror=\"document.title='taken'\">");
        using var user = await User.ArriveAsync(stack);
        using var admin = await AdminAsync();
        await user.PostAsync(
            "/api/support",
            new { subject = texts["subject"], message = texts["message"], email = $"{Guid.NewGuid():N}@example.com" });
        await AskForCreditsAsync(admin, user.Uid, texts["approval"]);
        await SetAsideAsync(admin, texts["status"]);
        await Eventually.IsTrueAsync(
            async () => (await GetAsync(admin, "/api/admin/alerts?status=open&limit=10")).GetProperty("alerts").EnumerateArray()
                .Any(alert => alert.GetProperty("text").GetString()!.Contains(texts["status"], StringComparison.Ordinal)),
            "operators are told of the payment");
        await using var browser = await Chromium.StartAsync();
        await browser.CallAsync("Network.setUserAgentOverride", new { userAgent = texts["agent"] });
        var uid = await SignInAsOperatorAsync(browser, admin, "support", texts["role"]);
        var upload = JsonSerializer.Serialize(new { filename = texts["file"], content_type = "video/mp4", size_bytes = 1000 });
        Assert.Equal(201, (await browser.EvaluateAsync($$"""
            fetch('/api/uploads', {
              method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({{upload}}),
            }).then((answer) => answer.status)
            """)).GetInt32());

        await browser.EvaluateAsync($"location.hash = 'user={uid}'");
        await browser.IsTrueAsync($"document.getElementById('found').textContent.includes('{uid}')");
        await IsListedAsync(browser, Article("dead-letter-list", texts["status"]), "parked");
        await browser.IsTrueAsync(Shows("ticket-list", texts["subject"]));
        await browser.EvaluateAsync("for (const one of document.querySelectorAll('main details')) one.open = true");
        foreach (var (list, name) in new[]
        {
            ("alert-list", "status"), ("dead-letter-list", "status"), ("approval-list", "approval"), ("ticket-list", "subject"),
            ("ticket-list", "message"), ("found", "file"), ("found", "agent"), ("found", "role"),
        })
        {
            await browser.IsTrueAsync(Shows(list, texts[name]));
        }
        Assert.Equal(0, (await browser.EvaluateAsync("document.querySelectorAll('main :is(img, b)').length")).GetInt32());
        Assert.Equal("ReelBallers operators", (await browser.EvaluateAsync("document.title")).GetString());
    }

    // As somebody new: an address gets few links.
    private async Task<string> SignInAsOperatorAsync(Chromium browser, HttpClient admin, string role, string reason = "test")
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        await SignInAsync(browser, email, $"document.getElementById('refusal')?.textContent.includes('{email} is none')");
        var uid = (await browser.EvaluateAsync("fetch('/api/account').then((answer) => answer.json()).then(({ uid }) => uid)"))
            .GetString()!;
        await ActAsync(admin, HttpMethod.Put, $"/api/admin/users/{uid}/role", new { role, reason });
        await browser.CallAsync("Page.reload");
        await browser.IsTrueAsync($"document.getElementById('operator')?.textContent === '{email} ({role})'");
        return uid;
    }

    // A payment with a dispute whose status is not known is set aside.
    private async Task<string> SetAsideAsync(HttpClient admin, string status)
    {
        using var user = await User.ArriveAsync(stack);
        await user.TopupAsync(500);
        var payment = (await user.GetAsync("/api/wallet/ledger")).GetProperty("entries")[0].GetProperty("stripe_payment_id").GetString();
        var dispute = await stack.ControlAsync("/stripe/disputes", new { payment_intent = payment, amount = 100 });
        await stack.ControlAsync(
            $"/stripe/objects/{dispute.GetProperty("id").GetString()}", new { set = new { status }, @event = "charge.dispute.updated" });
        var id = $"payment:{payment}";
        await Eventually.IsTrueAsync(async () => (await DeadLettersAsync(admin, "parked")).Contains(id), "the payment is set aside");
        return id;
    }

    private static async Task<string> AskForCreditsAsync(HttpClient admin, string uid, string reason) =>
        (await ActAsync(admin, HttpMethod.Post, $"/api/admin/users/{uid}/credits", new { kind = "bonus", amount_cents = 20_000, reason }))
            .GetProperty("approval_id").GetString()!;

    private static async Task<List<string>> DeadLettersAsync(HttpClient admin, string queue) =>
        [.. (await GetAsync(admin, $"/api/admin/dead-letters?queue={queue}&limit=100")).GetProperty("dead_letters").EnumerateArray()
            .Select(letter => letter.GetProperty("id").GetString()!)];

    private static string Article(string list, string text) =>
        $"[...document.querySelectorAll('#{list} article')].find((one) => one.textContent.includes({JsonSerializer.Serialize(text)}))";

    private static string Shows(string list, string text) =>
        $"document.getElementById('{list}').textContent.includes({JsonSerializer.Serialize(text)})";

    // Other tests may have left older ones.
    private static Task IsListedAsync(Chromium browser, string letter, string queue) => browser.IsTrueAsync($"""
        ({letter}) || [...document.querySelectorAll('#dead-letter-list button')]
          .find((one) => ['All of {queue}', 'More'].includes(one.textContent))?.click()
        """);

    private static Task ActOnPageAsync(Chromium browser, string item, string button, string reason) => browser.EvaluateAsync($$"""
        {
          const item = {{item}};
          item.querySelector('[name=reason]').value = '{{reason}}';
          [...item.querySelectorAll('button')].find((one) => one.textContent === '{{button}}').click();
        }
        """);
}
