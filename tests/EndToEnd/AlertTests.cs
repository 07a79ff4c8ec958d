using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>What needs an operator reaches the operator's mailbox.</summary>
[Collection(nameof(Stack))]
public sealed class AlertTests(Stack stack)
{
    [Fact]
    public async Task A_purchase_whose_access_is_to_be_given_by_hand_is_mailed_and_over_once_that_is_done()
    {
        using var user = await User.ArriveAsync(stack);
        // The offline TradingView has no such user.
        var topup = await user.PostAsync("/api/topup", new { pack = "access", access_username = $"unknown-{Guid.NewGuid():N}" });
        await User.PayAsync(new Uri(topup.GetProperty("checkout_url").GetString()!), "4242424242424242");
        using var admin = new HttpClient { BaseAddress = stack.Url };
        admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await stack.AdminTokenAsync());
        var grant = await Eventually.BecomesAsync(
            async () => (await GetAsync(admin, "/api/admin/provisioning/tasks?limit=100")).GetProperty("tasks").EnumerateArray()
                .FirstOrDefault(task => task.GetProperty("session_id").GetString() == topup.GetProperty("session_id").GetString()),
            task => task.ValueKind == JsonValueKind.Object, "there is a task");
        var id = grant.GetProperty("grant_id").GetString()!;
        await MailedAsync($"Grant {id} of The script is to be done by hand (Manual)");
        await MailedAsync($"$6.00 for access to The script by user {user.Uid}");

        Assert.Equal("open", (await AlertAsync(admin, id)).GetProperty("status").GetString());
        using var done = new HttpRequestMessage(HttpMethod.Post, $"/api/admin/provisioning/tasks/{id}/complete")
        {
            Content = JsonContent.Create(new { reason = "test" }),
            Headers = { { "Idempotency-Key", id } },
        };
        using var answer = await admin.SendAsync(done);
        answer.EnsureSuccessStatusCode();
        await Eventually.IsTrueAsync(
            async () => (await AlertAsync(admin, id)).GetProperty("status").GetString() == "ended", "the alert is over");
    }

    private Task MailedAsync(string text) => Eventually.IsTrueAsync(
        async () => (await stack.MailsAsync(Stack.AdminEmail))
            .Any(mail => mail.GetProperty("text").GetString()!.Contains(text, StringComparison.Ordinal)),
        $"'{text}' is mailed");

    private static async Task<JsonElement> AlertAsync(HttpClient admin, string grantId) =>
        (await GetAsync(admin, "/api/admin/alerts?limit=100")).GetProperty("alerts").EnumerateArray()
            .First(alert => alert.GetProperty("kind").GetString() == "manual_task"
                && alert.GetProperty("subject").GetString()!.StartsWith(grantId, StringComparison.Ordinal));

    private static Task<JsonElement> GetAsync(HttpClient admin, string path) => admin.GetFromJsonAsync<JsonElement>(path);
}
