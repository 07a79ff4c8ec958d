using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace ReelBallers.Payments;

/// <summary>A user's access as the outside system lists it.</summary>
/// <param name="Username">In the user's own spelling.</param>
/// <param name="Until">When it ends; null: never.</param>
internal sealed record ListedAccess(string Username, DateTimeOffset? Until);

/// <summary>
/// Who may use an invite-only script of TradingView's, by what its page "Manage access" calls: there is no official API. Each call is
/// bounded in time and can be repeated.
/// </summary>
/// <exception cref="AccessSessionRejectedException">The session has ended.</exception>
/// <exception cref="AccessRejectedException">It does not do this.</exception>
/// <exception cref="AccessUnavailableException">Try again.</exception>
internal sealed class AccessApi(HttpClient client, IOptions<ProvisioningOptions> options)
{
    /// <summary>For one call.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How large a response may be.</summary>
    public const int MaxResponseBytes = 1 << 20;

    private const string ListPath = "/pine_perm/list_users/";
    private const int MaxPages = 20;
    private const int MaxDetailLength = 200;

    /// <summary>The user of that name, in the user's own spelling; null when there is none.</summary>
    public async Task<string?> FindNameAsync(string username, CancellationToken cancellationToken)
    {
        var hints = await CallAsync(HttpMethod.Get, $"/username_hint/?s={Uri.EscapeDataString(username)}", [], cancellationToken);
        return hints.ValueKind == JsonValueKind.Array
            ? hints.EnumerateArray().Select(hint => TextOf(hint, "username"))
                .FirstOrDefault(name => string.Equals(name, username, StringComparison.OrdinalIgnoreCase))
            : throw Unreadable();
    }

    /// <summary>The access of that user to that product; null when there is none.</summary>
    public async Task<ListedAccess?> FindAsync(string product, string username, CancellationToken cancellationToken)
    {
        var path = $"{ListPath}?limit=100&order_by=-created";
        for (var page = 0; page < MaxPages; page++)
        {
            var list = await CallAsync(HttpMethod.Post, path, [new("pine_id", product), new("username", username)], cancellationToken);
            if (list.ValueKind != JsonValueKind.Object || !list.TryGetProperty("results", out var results)
                || results.ValueKind != JsonValueKind.Array)
            {
                throw Unreadable();
            }
            foreach (var user in results.EnumerateArray())
            {
                if (string.Equals(TextOf(user, "username"), username, StringComparison.OrdinalIgnoreCase))
                {
                    return new ListedAccess(TextOf(user, "username")!, TimeOf(user));
                }
            }
            if (TextOf(list, "next") is not { Length: > 0 } next)
            {
                return null;
            }
            path = PathOf(next);
        }
        throw new AccessRejectedException("The list of users is too long to be searched.");
    }

    /// <summary>Gives access. False: the user has it already.</summary>
    public async Task<bool> AddAsync(string product, string username, DateTimeOffset? until, CancellationToken cancellationToken) =>
        await ActAsync("add", product, username, until, cancellationToken) != "exists";

    /// <summary>Changes when an access ends.</summary>
    public Task ModifyAsync(string product, string username, DateTimeOffset? until, CancellationToken cancellationToken) =>
        ActAsync("modify_user_expiration", product, username, until, cancellationToken);

    /// <summary>Takes access away, if the user has it.</summary>
    public Task RemoveAsync(string product, string username, CancellationToken cancellationToken) =>
        ActAsync("remove", product, username, until: null, cancellationToken);

    private async Task<string> ActAsync(
        string act, string product, string username, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        var form = new List<KeyValuePair<string, string>> { new("pine_id", product), new("username_recip", username) };
        if (until is { } end)
        {
            form.Add(new("expiration", end.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)));
        }
        var answer = await CallAsync(HttpMethod.Post, $"/pine_perm/{act}/", form, cancellationToken);
        return TextOf(answer, "status") switch
        {
            "ok" => "ok",
            "exists" when act == "add" => "exists",
            null => throw Unreadable(),
            var status => throw new AccessRejectedException($"{act}: {Shortened(status)}"),
        };
    }

    private async Task<JsonElement> CallAsync(
        HttpMethod method, string path, IEnumerable<KeyValuePair<string, string>> form, CancellationToken cancellationToken)
    {
        var address = options.Value.BaseUrl;
        using var request = new HttpRequestMessage(method, new Uri(address + path));
        if (method == HttpMethod.Post)
        {
            request.Content = new FormUrlEncodedContent(form);
        }
        request.Headers.Add("Cookie", $"sessionid={options.Value.SessionId}; sessionid_sign={options.Value.Signature}");
        request.Headers.Add("Origin", new Uri(address).GetLeftPart(UriPartial.Authority));
        request.Headers.Add("X-Requested-With", "XMLHttpRequest");
        request.Headers.Add("User-Agent", "ReelBallers/1.0");
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode
                ? await ReadAsync(response, cancellationToken) ?? throw Unreadable()
                : throw FailureOf(response, await ReadAsync(response, cancellationToken));
        }
        catch (HttpRequestException exception)
        {
            throw new AccessUnavailableException("The outside system could not be reached.", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AccessUnavailableException("The outside system did not answer in time.", exception);
        }
    }

    // A redirection leads to the page for signing in.
    private static Exception FailureOf(HttpResponseMessage response, JsonElement? body) => (int)response.StatusCode switch
    {
        401 or 403 or (>= 300 and < 400) => new AccessSessionRejectedException((int)response.StatusCode),
        408 or 425 or 429 or >= 500 => new AccessUnavailableException($"The outside system answered {(int)response.StatusCode}.")
        {
            RetryAfter = response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero,
        },
        _ => new AccessRejectedException(
            $"The outside system answered {(int)response.StatusCode}: {Shortened(body is { } error ? TextOf(error, "detail") : null)}"),
    };

    private static async Task<JsonElement?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Of the next page: a path of the list and nothing else, since it comes with our session.
    private static string PathOf(string next) =>
        next.StartsWith($"{ListPath}?", StringComparison.Ordinal) ? next : throw Unreadable();

    private static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    private static DateTimeOffset? TimeOf(JsonElement user)
    {
        if (!user.TryGetProperty("expiration", out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }
        return value.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time.ToUniversalTime() : throw Unreadable();
    }

    private static string Shortened(string? text) => text?[..Math.Min(text.Length, MaxDetailLength)] ?? "no reason";

    private static AccessUnavailableException Unreadable() => new("The answer of the outside system could not be read.");
}
