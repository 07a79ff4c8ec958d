using StackExchange.Redis;

namespace ReelBallers.Gateway;

/// <summary>
/// Where Redis is: <c>ConnectionStrings:redis</c> (<c>host:6379,password=…,ssl=true</c>), or <c>REDIS_URL</c> as hosting providers set it
/// (<c>redis://user:password@host:6379/0</c>, <c>rediss://</c> with TLS).
/// </summary>
internal static class RedisSettings
{
    private const int TimeoutMilliseconds = 500;

    /// <summary>Null without a setting.</summary>
    /// <exception cref="InvalidOperationException">
    /// The setting is not valid; the message does not contain it, since it may have a password.
    /// </exception>
    public static ConfigurationOptions? From(IConfiguration configuration)
    {
        var (name, value) = configuration.GetConnectionString("redis") is { Length: > 0 } given
            ? ("ConnectionStrings:redis", given)
            : ("REDIS_URL", configuration["REDIS_URL"]);
        if (string.IsNullOrWhiteSpace(value))
        {
            return null;
        }
        var options = value.Contains("://", StringComparison.Ordinal) ? FromUrl(value) : FromConnectionString(value);
        if (options is not { EndPoints.Count: > 0 })
        {
            throw new InvalidOperationException(
                $"{name} is not valid. Set it to host:6379 (with ,password=… and ,ssl=true where needed) "
                + "or to redis://user:password@host:6379.");
        }
        options.AbortOnConnectFail = false;
        options.ConnectRetry = 1;
        options.ConnectTimeout = 2 * TimeoutMilliseconds;
        options.SyncTimeout = TimeoutMilliseconds;
        options.AsyncTimeout = TimeoutMilliseconds;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ClientName = "gateway";
        return options;
    }

    private static ConfigurationOptions? FromConnectionString(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return null;
        }
    }

    private static ConfigurationOptions? FromUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("redis" or "rediss") || url.Host.Length == 0)
        {
            return null;
        }
        var options = new ConfigurationOptions { Ssl = url.Scheme == "rediss" };
        options.EndPoints.Add(url.Host, url.Port > 0 ? url.Port : 6379);
        if (url.UserInfo.Split(':', 2) is [var user, var password])
        {
            options.User = user.Length > 0 ? Uri.UnescapeDataString(user) : null;
            options.Password = Uri.UnescapeDataString(password);
        }
        var database = url.AbsolutePath.Trim('/');
        if (database.Length > 0)
        {
            if (!int.TryParse(database, System.Globalization.NumberStyles.None, null, out var number))
            {
                return null;
            }
            options.DefaultDatabase = number;
        }
        return options;
    }
}
