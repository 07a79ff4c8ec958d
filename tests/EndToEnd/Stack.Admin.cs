using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

// The first admin.
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
