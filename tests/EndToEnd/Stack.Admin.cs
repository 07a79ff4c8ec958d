using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

// The first admin.
public sealed partial class Stack
{
    public const string AdminEmail = "admin@example.com";
    private Task<string>? _adminToken;

    /// <summary>A session of the first admin, who is signed in once.</summary>
    public Task<string> AdminTokenAsync() => _adminToken ??= SignInAdminAsync();

    private async Task<string> SignInAdminAsync()
    {
        using var client = new HttpClient { BaseAddress = Url };
        await PostAsync(client, "/api/session", new { });
        await PostAsync(client, "/api/auth/link", new { email = AdminEmail });
        await PostAsync(client, "/api/auth/link/confirm", new { token = await SignInTokenAsync(AdminEmail) });
        await Eventually.IsTrueAsync(
            async () => (await client.GetAsync("/api/admin/audit")).IsSuccessStatusCode, "the Gateway knows the admin");
        return client.DefaultRequestHeaders.Authorization!.Parameter!;
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
