using System.Globalization;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>
/// How purchases give access to an outside system: section <c>Provisioning</c>. The variables that such deployments set as well count
/// where a setting is missing.
/// </summary>
internal sealed class ProvisioningOptions : IValidatedOptions
{
    /// <summary><see cref="Mode"/>: by the API that the outside system's own pages use.</summary>
    public const string UnofficialApi = "unofficial-api";

    /// <summary><see cref="Mode"/> and <see cref="FallbackMode"/>: by an operator.</summary>
    public const string Manual = "manual";

    /// <summary><see cref="FallbackMode"/>: what fails is left as a dead letter.</summary>
    public const string None = "none";

    private readonly List<(string Setting, string Problem)> _problems = [];

    /// <summary>
    /// <see cref="UnofficialApi"/> or <see cref="Manual"/>; empty: the API when <see cref="SessionId"/> and <see cref="Signature"/> are
    /// set.
    /// </summary>
    public string Mode { get; set; } = "";

    /// <summary>What becomes of a grant whose attempts are used up: <see cref="Manual"/> or <see cref="None"/>.</summary>
    public string FallbackMode { get; set; } = "";

    /// <summary>The base of the API; empty: TradingView's.</summary>
    public string ApiUrl { get; set; } = "";

    /// <summary>The cookie <c>sessionid</c> of the scripts' owner.</summary>
    public string SessionId { get; set; } = "";

    /// <summary>The cookie <c>sessionid_sign</c>.</summary>
    public string Signature { get; set; } = "";

    /// <summary>How many grants a replica works on at once.</summary>
    public int Concurrency { get; set; } = 4;

    /// <summary>The attempts at a grant.</summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The longest pause after the first failed attempt; it doubles with each, up to an hour.</summary>
    public int RetryAfterSeconds { get; set; } = 60;

    /// <summary>The pause of all grants when the session is rejected, which uses up no attempt.</summary>
    public int SessionRetrySeconds { get; set; } = 300;

    /// <summary>Whether the API is called.</summary>
    public bool UsesApi => Mode.Length > 0 ? Mode == UnofficialApi : SessionId.Length > 0 && Signature.Length > 0;

    /// <summary>Whether an operator gets a task for what the API does not do.</summary>
    public bool FallsBack => FallbackMode != None;

    /// <summary>Without a slash at the end.</summary>
    public string BaseUrl => (ApiUrl.Length > 0 ? ApiUrl : "https://www.tradingview.com").TrimEnd('/');

    public TimeSpan RetryAfter => TimeSpan.FromSeconds(RetryAfterSeconds);

    public TimeSpan SessionRetry => TimeSpan.FromSeconds(SessionRetrySeconds);

    public void Validate(OptionsErrors errors)
    {
        if (Mode.Length > 0)
        {
            errors.OneOf(nameof(Mode), Mode, UnofficialApi, Manual);
        }
        if (FallbackMode.Length > 0)
        {
            errors.OneOf(nameof(FallbackMode), FallbackMode, Manual, None);
        }
        if (Mode == UnofficialApi)
        {
            errors.Required(nameof(SessionId), SessionId, "the cookie sessionid of the scripts' owner");
            errors.Required(nameof(Signature), Signature, "the cookie sessionid_sign of the scripts' owner");
        }
        CheckCookie(errors, nameof(SessionId), SessionId);
        CheckCookie(errors, nameof(Signature), Signature);
        if (ApiUrl.Length > 0)
        {
            errors.BaseUrl(nameof(ApiUrl), ApiUrl);
        }
        foreach (var (setting, problem) in _problems)
        {
            errors.Add(setting, problem);
        }
        errors.Range(nameof(Concurrency), Concurrency, 1, 32);
        errors.Range(nameof(MaxAttempts), MaxAttempts, 1, 20);
        errors.Range(nameof(RetryAfterSeconds), RetryAfterSeconds, 1, 3_600);
        errors.Range(nameof(SessionRetrySeconds), SessionRetrySeconds, 1, 3_600);
    }

    /// <summary>Takes the variables of deployments for what the section does not set.</summary>
    public void Accept(IConfiguration configuration)
    {
        Take(configuration, "PROVISIONING_MODE", nameof(Mode), value => Mode = value);
        Take(configuration, "PROVISIONING_FALLBACK_MODE", nameof(FallbackMode), value => FallbackMode = value);
        Take(configuration, "TV_ACCESS_API_URL", nameof(ApiUrl), value => ApiUrl = value);
        Take(configuration, "TV_SESSION_ID", nameof(SessionId), value => SessionId = value);
        Take(configuration, "TV_SIGNATURE", nameof(Signature), value => Signature = value);
        TakeNumber(configuration, "WORKER_CONCURRENCY", nameof(Concurrency), value => Concurrency = value);
        TakeNumber(configuration, "WORKER_MAX_RETRIES", nameof(MaxAttempts), value => MaxAttempts = value);
    }

    // RFC 6265, 4.1.1; the value is a secret.
    private static void CheckCookie(OptionsErrors errors, string name, string value)
    {
        if (value.Any(letter => letter is <= ' ' or '"' or ',' or ';' or '\\' or > '~'))
        {
            errors.Add(name, "is not the value of a cookie. Set it to the value without the cookie's name, quotes and spaces.");
        }
    }

    private static void Take(IConfiguration configuration, string variable, string setting, Action<string> set)
    {
        if (string.IsNullOrWhiteSpace(configuration[$"Provisioning:{setting}"])
            && configuration[variable]?.Trim() is { Length: > 0 } value)
        {
            set(value);
        }
    }

    private void TakeNumber(IConfiguration configuration, string variable, string setting, Action<int> set) => Take(
        configuration, variable, setting, value =>
        {
            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                set(number);
            }
            else
            {
                _problems.Add((setting, $"(or {variable}) is '{value}'. Set it to an integer."));
            }
        });
}
