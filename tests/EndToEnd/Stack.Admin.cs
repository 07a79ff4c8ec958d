using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

// The first admin, and what an operator has to deal with.
public sealed partial class Stack
{
    public const string AdminEmail = "admin@example.com";
    private string? _adminToken;

    /// <summary>A session of the first admin, who is signed in again when a test has reset the data.</summary>
    public async Task<string> AdminTokenAsync()
    {
        if (_adminToken is null || !await IsAdminAsync(_adminToken))
        {
            _adminToken = await SignInAdminAsync();
        }
        return _adminToken;
    }

    /// <summary>Has the offline world do something, by LocalCloud's control port.</summary>
    public async Task<JsonElement> ControlAsync(string path, object body)
    {
        using var client = new HttpClient();
        using var answer = await client.PostAsJsonAsync(new Uri(Control, path), body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Has no mail sent to these addresses any more: a mail to each has bounced.</summary>
    public async Task SuppressAsync(params string[] emails)
    {
        var payload = JsonSerializer.Serialize(
            new { type = "email.bounced", data = new { to = emails, bounce = new { type = "Permanent" } } });
        var (id, at) = ($"msg_{Guid.NewGuid():N}", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var hash = HMACSHA256.HashData("localcloud-resend-webhook"u8, Encoding.UTF8.GetBytes($"{id}.{at}.{payload}"));
        using var client = new HttpClient { BaseAddress = Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/webhooks/resend")
        {
            Content = new StringContent(payload, Encoding.UTF8, "application/json"),
            Headers =
            {
                { "svix-id", id }, { "svix-timestamp", $"{at}" }, { "svix-signature", $"v1,{Convert.ToBase64String(hash)}" },
            },
        };
        using var answer = await client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<string> SignInAdminAsync()
    {
        using var client = new HttpClient { BaseAddress = Url };
        var known = (await SignInMailsAsync(AdminEmail)).Count;
        await PostAsync(client, "/api/session", new { });
        await PostAsync(client, "/api/auth/link", new { email = AdminEmail });
        await PostAsync(client, "/api/auth/link/confirm", new { token = await SignInTokenAsync(AdminEmail, known) });
        var token = client.DefaultRequestHeaders.Authorization!.Parameter!;
        await Eventually.IsTrueAsync(() => IsAdminAsync(token), "the Gateway knows the admin");
        return token;
    }

    private async Task<bool> IsAdminAsync(string token)
    {
        using var client = new HttpClient { BaseAddress = Url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.GetAsync("/api/admin/audit");
        return answer.IsSuccessStatusCode;
    }

    private static async Task PostAsync(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
        var content = await answer.Content.ReadAsStringAsync();
        if (content.Length > 0 && JsonSerializer.Deserialize<JsonElement>(content).TryGetProperty("token", out var token))
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetString());
        }
    }
}
