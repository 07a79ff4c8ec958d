using System.Net;
using System.Text.Json;

namespace Stripe;

public class StripeClient : IStripeClient
{
    private readonly IHttpClient _httpClient;

    public StripeClient(StripeClientOptions options)
    {
        if (options.ApiKey is not null && (string.IsNullOrWhiteSpace(options.ApiKey) || options.ApiKey.Any(char.IsWhiteSpace)))
        {
            throw new ArgumentException("API key cannot be empty or contain whitespace.", nameof(options));
        }

        ApiKey = options.ApiKey;
        ApiBase = options.ApiBase ?? DefaultApiBase;
        _httpClient = options.HttpClient ?? new SystemNetHttpClient();
    }

    public static string DefaultApiBase => "https://api.stripe.com";

    public string ApiBase { get; }

    public string? ApiKey { get; }

    public async Task<T> RequestAsync<T>(
        HttpMethod method, string path, BaseOptions? options, RequestOptions? requestOptions, CancellationToken cancellationToken = default)
        where T : IStripeEntity
    {
        var request = new StripeRequest(this, method, path, options, requestOptions);
        var response = await _httpClient.MakeRequestAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw Refusal(response);
        }

        try
        {
            var entity = JsonSerializer.Deserialize<T>(response.Content, StripeJson.Options) ?? throw Unreadable(response);
            entity.StripeResponse = response;
            return entity;
        }
        catch (JsonException)
        {
            throw Unreadable(response);
        }
    }

    private static StripeException Refusal(StripeResponse response)
    {
        try
        {
            using var document = JsonDocument.Parse(response.Content);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
            {
                var parsed = error.Deserialize<StripeError>(StripeJson.Options)!;
                parsed.StripeResponse = response;
                return new StripeException(response.StatusCode, parsed, parsed.Message ?? "") { StripeResponse = response };
            }
        }
        catch (JsonException)
        {
            // Not Stripe's own answer, but that of something in between.
        }

        return Unreadable(response);
    }

    private static StripeException Unreadable(StripeResponse response)
    {
        return new StripeException(response.StatusCode, null, $"Invalid response object from API: {Quote(response.Content)}")
        {
            StripeResponse = response,
        };
    }

    private static string Quote(string content) => content.Length <= 200 ? $"\"{content}\"" : $"\"{content[..200]}…\"";
}
