using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.EndToEnd.Tests.Browser;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>The page of operators in a real browser.</summary>
[Collection(nameof(Stack))]
public sealed partial class OperatorsPageTests(Stack stack)
{
    private const string Hostile = "<img src=x onerror=\"document.title='taken'\"><b>It is gone.</b>";
    private const string Shown = "!document.getElementById('operators').hidden";

    [Fact(Skip = Chromium.Missing, SkipUnless = nameof(Chromium.IsInstalled), SkipType = typeof(Chromium))]
    public async Task The_admin_reads_the_figures_and_completes_a_task_by_hand()
    {
        var name = $"unknown-{Guid.NewGuid():N}";
        using var user = await User.ArriveAsync(stack);
        var topup = await user.PostAsync("/api/topup", new { pack = "access", access_username = name });
        await User.PayAsync(new Uri(topup.GetProperty("checkout_url").GetString()!), "4242424242424242");
        using var admin = await AdminAsync();
        await Eventually.IsTrueAsync(
            async () => (await TasksAsync(admin)).Contains(name, StringComparison.Ordinal), "there is a task");

        await using var browser = await Chromium.StartAsync();
        await SignInAsync(browser, Stack.AdminEmail);

        await browser.IsTrueAsync($"document.getElementById('operator').textContent === '{Stack.AdminEmail} (admin)'");
        await browser.IsTrueAsync("document.querySelectorAll('#figures-read div:first-child tbody tr').length === 7");
        var day = (await GetAsync(admin, "/api/admin/figures")).GetProperty("days").EnumerateArray().Last();
        var paid = day.GetProperty("paid_cents").GetInt64() / 100m;
        Assert.True(paid >= 6);
        Assert.Equal(
            [day.GetProperty("day").GetString(), paid.ToString("$0.00", CultureInfo.InvariantCulture)],
            (await CellsAsync(browser, "#figures-read tbody tr")).Take(2));
        Assert.Contains("Owed by users", await TextAsync(browser, "#figures-read"), StringComparison.Ordinal);
        await browser.IsTrueAsync("document.querySelector('#provisioning-health dl')");
        var health = await TextAsync(browser, "#provisioning-health");
        Assert.All(["Success rate", "Oldest pending", "Last error"], fact => Assert.Contains(fact, health, StringComparison.Ordinal));

        var task = $"[...document.querySelectorAll('#provisioning-tasks article')].find((one) => one.textContent.includes('{name}'))";
        await browser.IsTrueAsync(task);
        await browser.EvaluateAsync($"{task}.querySelector('[name=reason]').value = 'Given by hand.'");
        await browser.EvaluateAsync($"{task}.querySelector('form').requestSubmit()");
        await browser.SaysAsync("The task is done.");
        await browser.IsTrueAsync($"!({task})");
        Assert.DoesNotContain(name, await TasksAsync(admin), StringComparison.Ordinal);

        await browser.EvaluateAsync($"location.hash = 'user={user.Uid}'");
        await browser.IsTrueAsync($"document.getElementById('found').textContent.includes('{user.Uid}')");
        await browser.EvaluateAsync("for (const one of document.querySelectorAll('#found details')) one.open = true");
        await browser.IsTrueAsync($"document.getElementById('found').textContent.includes('{name}')");
        await browser.IsTrueAsync("document.querySelectorAll('#found details > div:empty').length === 0");
        Assert.Equal(0, (await browser.EvaluateAsync("document.querySelectorAll('.failed').length")).GetInt32());
    }

    [Fact(Skip = Chromium.Missing, SkipUnless = nameof(Chromium.IsInstalled), SkipType = typeof(Chromium))]
    public async Task A_hostile_ticket_stays_text_and_is_answered_once_though_the_answer_was_lost()
    {
        using var user = await User.ArriveAsync(stack);
        var subject = $"{Guid.NewGuid():N} <img src=x>";
        var email = $"{Guid.NewGuid():N}@example.com";
        var id = (await user.PostAsync("/api/support", new { subject, message = Hostile, email })).GetProperty("ticket_id").GetString();
        using var admin = await AdminAsync();
        await using var browser = await Chromium.StartAsync();
        await SignInAsync(browser, Stack.AdminEmail);

        var ticket = $"[...document.querySelectorAll('#ticket-list details')].find((one) => one.textContent.includes('{subject}'))";
        await browser.IsTrueAsync(ticket);
        await browser.EvaluateAsync($"{ticket}.open = true");
        await browser.IsTrueAsync($"{ticket}?.textContent.includes({JsonSerializer.Serialize(Hostile)})");
        Assert.Equal(0, (await browser.EvaluateAsync("document.querySelectorAll('#ticket-list :is(img, b)').length")).GetInt32());

        // The first request is done, and its answer lost.
        await browser.EvaluateAsync("""
            window.keys = [];
            const send = window.fetch;
            window.fetch = async (path, options) => {
              const answer = await send(path, options);
              if (options.method === 'POST' && keys.push(options.headers['Idempotency-Key']) === 1) throw new TypeError('Failed to fetch');
              return answer;
            };
            """);
        await browser.EvaluateAsync($$"""
            const form = {{ticket}}.querySelector('form');
            form.elements.message.value = 'Upload it again.';
            form.elements.reason.value = 'The source had expired.';
            form.requestSubmit();
            """);
        await browser.SaysAsync("There was no answer.");
        await browser.EvaluateAsync($"{ticket}.querySelector('form').requestSubmit()");
        await browser.SaysAsync("The answer is sent.");

        var keys = (await browser.EvaluateAsync("keys")).EnumerateArray().Select(key => key.GetString()).ToList();
        Assert.Equal(2, keys.Count);
        Assert.Single(keys.Distinct());
        var answered = await GetAsync(admin, $"/api/admin/tickets/{id}");
        Assert.Equal(
            [Hostile, "Upload it again."],
            answered.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("text").GetString()));
        Assert.Equal("answered", answered.GetProperty("ticket").GetProperty("status").GetString());
    }

    [Fact(Skip = Chromium.Missing, SkipUnless = nameof(Chromium.IsInstalled), SkipType = typeof(Chromium))]
    public async Task A_user_is_told_that_the_page_is_for_operators_and_support_what_is_for_admins()
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        await using var browser = await Chromium.StartAsync();
        await browser.GoToAsync(new Uri(stack.AppUrl, "/operators.html"));
        await browser.IsTrueAsync("document.getElementById('refusal')?.textContent.includes('nobody is signed in here')");
        await SignInAsync(browser, email, $"document.getElementById('refusal')?.textContent.includes('{email} is none')");
        Assert.True((await browser.EvaluateAsync("document.getElementById('operators').hidden")).GetBoolean());

        using var admin = await AdminAsync();
        var uid = await browser.EvaluateAsync("fetch('/api/account').then((answer) => answer.json()).then(({ uid }) => uid)");
        await ActAsync(admin, HttpMethod.Put, $"/api/admin/users/{uid}/role", new { role = "support", reason = "test" });
        var reason = $"A large customer, {Guid.NewGuid():N}.";
        var asked = await ActAsync(
            admin, HttpMethod.Post, $"/api/admin/users/{uid}/credits", new { kind = "bonus", amount_cents = 20_000, reason });
        var approval = asked.GetProperty("approval_id").GetString();

        await browser.CallAsync("Page.reload");
        await browser.IsTrueAsync($"document.getElementById('operator')?.textContent === '{email} (support)'");
        var act = $"[...document.querySelectorAll('#approval-list article')].find((one) => one.textContent.includes('{reason}'))";
        await browser.IsTrueAsync(act);
        await browser.EvaluateAsync($"{act}.querySelector('[name=reason]').value = 'Agreed.'");
        await browser.EvaluateAsync($"{act}.querySelector('form').requestSubmit()");
        await browser.SaysAsync("This needs the role admin; yours is support.");
        Assert.Equal(
            "pending", (await GetAsync(admin, $"/api/admin/approvals/{approval}")).GetProperty("status").GetString());

        // As the admin, who has asked for it, the page takes it back.
        await browser.CallAsync("Network.clearBrowserCookies");
        await SignInAsync(browser, Stack.AdminEmail);
        await browser.IsTrueAsync(act);
        await browser.EvaluateAsync($"{act}.querySelector('[name=reason]').value = 'Taken back.'");
        await browser.EvaluateAsync($"[...{act}.querySelectorAll('button')].find((one) => one.textContent === 'Reject').click()");
        await browser.SaysAsync("It is rejected.");
        Assert.Equal(
            "rejected", (await GetAsync(admin, $"/api/admin/approvals/{approval}")).GetProperty("status").GetString());
    }

    private async Task SignInAsync(Chromium browser, string email, string until = Shown)
    {
        var known = (await stack.SignInMailsAsync(email)).Count;
        await browser.GoToAsync(new Uri(stack.AppUrl, "/operators.html"));
        await browser.IsTrueAsync("document.getElementById('entry') && !document.getElementById('entry').hidden");
        await browser.EvaluateAsync($"document.querySelector('#sign-in input').value = '{email}'");
        await browser.SubmitAsync("sign-in");
        await browser.GoToAsync(new Uri(stack.AppUrl, $"/sign-in.html#token={await stack.SignInTokenAsync(email, known)}"));
        await browser.IsTrueAsync($"document.getElementById('operators') && {until}");
    }

    private async Task<HttpClient> AdminAsync()
    {
        var admin = new HttpClient { BaseAddress = stack.Url };
        admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await stack.AdminTokenAsync());
        return admin;
    }

    private static Task<JsonElement> GetAsync(HttpClient admin, string path) => admin.GetFromJsonAsync<JsonElement>(path);

    private static async Task<string> TasksAsync(HttpClient admin) =>
        (await GetAsync(admin, "/api/admin/provisioning/tasks?limit=100")).GetRawText();

    private static async Task<JsonElement> ActAsync(HttpClient admin, HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = JsonContent.Create(body),
            Headers = { { "Idempotency-Key", Guid.NewGuid().ToString() } },
        };
        using var answer = await admin.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<string> TextAsync(Chromium browser, string selector) =>
        (await browser.EvaluateAsync($"document.querySelector('{selector}').textContent")).GetString()!;

    private static async Task<IEnumerable<string?>> CellsAsync(Chromium browser, string selector) =>
        (await browser.EvaluateAsync($"[...document.querySelector('{selector}').cells].map((cell) => cell.textContent)"))
            .EnumerateArray().Select(cell => cell.GetString());
}
