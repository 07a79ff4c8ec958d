using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace ReelBallers.Accounts;

/// <summary>
/// A configured issuer and its metadata (discovery document and keys), which is read when it is first needed and then kept for an hour. The
/// library's own cache renews it in the background: after a rotation of the keys the first tokens would be rejected. Reading it is tried
/// twice.
/// </summary>
internal sealed partial class OpenIdProvider : IDisposable
{
    private static readonly TimeSpan KeepMetadata = TimeSpan.FromHours(1);

    // Tokens with made-up key ids must not make us ask the issuer each time.
    private static readonly TimeSpan RefreshPause = TimeSpan.FromSeconds(10);

    // Those who wait while the issuer does not answer must not wait one after another.
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly HttpDocumentRetriever _documents;
    private readonly ResiliencePipeline _attempts;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private OpenIdConnectConfiguration? _metadata;
    private DateTimeOffset _triedAt;
    private string? _failure;

    public OpenIdProvider(string id, OpenIdProviderOptions options, HttpClient client, TimeProvider time, ILogger logger)
    {
        (Id, Options, Client, _time, _logger) = (id, options, client, time, logger);
        _documents = new HttpDocumentRetriever(client) { RequireHttps = !new Uri(options.Issuer).IsLoopback };
        // Whoever signs in meanwhile waits for it: one more attempt, and soon.
        _attempts = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 1, Delay = RetryDelay, UseJitter = true })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = AttemptTimeout })
            .Build();
    }

    /// <summary>Part of its paths.</summary>
    public string Id { get; }

    /// <summary>Its settings.</summary>
    public OpenIdProviderOptions Options { get; }

    /// <summary>For calls to it.</summary>
    public HttpClient Client { get; }

    /// <summary>The metadata.</summary>
    /// <exception cref="OpenIdUnavailableException">There is none: the issuer does not answer, or its answer is not valid.</exception>
    public async Task<OpenIdConnectConfiguration> MetadataAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var age = _time.GetUtcNow() - _triedAt;
            return _failure is null && _metadata is { } known && age < KeepMetadata ? known
                : _failure is { } failure && age < FailurePause ? throw new OpenIdUnavailableException(failure, null)
                : await ReadAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Reads the metadata anew, for a key that is not in it.</summary>
    /// <returns>False when that was tried a moment ago.</returns>
    /// <exception cref="OpenIdUnavailableException">It could not be read.</exception>
    public async Task<bool> RefreshAsync(OpenIdConnectConfiguration outdated, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_metadata != outdated)
            {
                return true;
            }
            if (_time.GetUtcNow() - _triedAt < RefreshPause)
            {
                return false;
            }
            await ReadAsync(cancellationToken);
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The failure of a call, which is logged here.</summary>
    public OpenIdUnavailableException Unavailable(string reason, Exception? inner = null)
    {
        LogUnavailable(Id, reason);
        return new OpenIdUnavailableException(reason, inner);
    }

    public void Dispose()
    {
        _gate.Dispose();
        Client.Dispose();
    }

    private async Task<OpenIdConnectConfiguration> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var address = $"{Options.Issuer.TrimEnd('/')}/.well-known/openid-configuration";
            var metadata = await _attempts.ExecuteAsync(
                async token => await OpenIdConnectConfigurationRetriever.GetAsync(address, _documents, token), cancellationToken);
            _failure = metadata.Issuer != Options.Issuer ? $"the discovery document is of the issuer '{metadata.Issuer}'"
                : new[] { metadata.AuthorizationEndpoint, metadata.TokenEndpoint, metadata.UserInfoEndpoint }.Any(IsUnsafe)
                    ? "an endpoint in the discovery document is not an https URL"
                : null;
            _triedAt = _time.GetUtcNow();
            return _failure is null ? _metadata = metadata : throw Unavailable(_failure);
        }
        catch (Exception exception) when (exception is not OpenIdUnavailableException && !cancellationToken.IsCancellationRequested)
        {
            // The library throws what parsing throws, too: IOException, ArgumentException, JsonException and others.
            (_failure, _triedAt) = (exception.GetBaseException().Message, _time.GetUtcNow());
            throw Unavailable(_failure, exception);
        }
    }

    private static bool IsUnsafe(string? endpoint) =>
        !string.IsNullOrEmpty(endpoint)
        && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && OpenIdProviderOptions.IsSafe(url));

    [LoggerMessage(LogLevel.Warning, "The OpenID issuer {Provider} cannot be used now: {Reason}")]
    private partial void LogUnavailable(string provider, string reason);
}

/// <summary>An issuer does not answer, or not as OpenID Connect says.</summary>
internal sealed class OpenIdUnavailableException(string message, Exception? inner) : Exception(message, inner);
