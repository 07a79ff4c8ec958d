using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>An answer, and whether an attempt before it got none: then it may have been executed under the session of that time.</summary>
internal sealed record StormAnswer(HttpStatusCode Status, JsonElement Body, bool WasInterrupted);

/// <summary>
/// A browser with a session, whose requests are repeated by key until a service answers, with the token that they began with.
/// </summary>
internal sealed class StormBrowser : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly HttpClient _client;
    private int _interrupted;

    private StormBrowser(Uri url) =>
        _client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = url };

    /// <summary>The user until the sign-in.</summary>
    public string Guest { get; private set; } = "";

    /// <summary>The user now.</summary>
    public string Uid { get; private set; } = "";

    public string Token { get; private set; } = "";

    /// <summary>How many requests got no answer, or that of a service that was away.</summary>
    public int Interrupted => Volatile.Read(ref _interrupted);

    public static async Task<StormBrowser> OpenAsync(Stack stack)
    {
        var browser = new StormBrowser(stack.Url);
        var session = (await browser.SendAsync(HttpMethod.Post, "/api/session", new { }, token: "")).Body;
        browser.Become(session);
        browser.Guest = browser.Uid;
        return browser;
    }

    /// <summary>The session that a sign-in has opened.</summary>
    public void Become(JsonElement session) =>
        (Uid, Token) = (session.GetProperty("uid").GetString()!, session.GetProperty("token").GetString()!);

    public async Task<StormAnswer> SendAsync(HttpMethod method, string path, object? body = null, string? token = null)
    {
        var (key, bearer, interrupted) = (Guid.NewGuid().ToString(), token ?? Token, false);
        return await Eventually.BecomesAsync(
            async () =>
            {
                using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
                request.Headers.Add("Idempotency-Key", key);
                request.Headers.Authorization = bearer.Length > 0 ? new AuthenticationHeaderValue("Bearer", bearer) : null;
                var answer = await TryAsync(request);
                if (answer is null)
                {
                    interrupted = true;
                    Interlocked.Increment(ref _interrupted);
                }
                return answer is null ? null! : answer with { WasInterrupted = interrupted };
            },
            answer => answer is not null, $"an answer to {method} {path}", Patience);
    }

    public void Dispose() => _client.Dispose();

    // Null: there was no answer, or it says that the same request may succeed later.
    private async Task<StormAnswer?> TryAsync(HttpRequestMessage request)
    {
        try
        {
            using var answer = await _client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            return (int)answer.StatusCode >= 500 || text.Contains("idempotency_key_in_use", StringComparison.Ordinal)
                ? null
                : new StormAnswer(answer.StatusCode, text.Length > 0 ? JsonSerializer.Deserialize<JsonElement>(text) : default, false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException)
        {
            return null;
        }
    }
}
