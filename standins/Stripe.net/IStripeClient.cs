namespace Stripe;

public interface IStripeClient
{
    string ApiBase { get; }

    string? ApiKey { get; }

    /// <exception cref="StripeException">Stripe answered with anything but 200.</exception>
    /// <exception cref="HttpRequestException">Stripe could not be reached.</exception>
    /// <exception cref="OperationCanceledException">The time was up, or the caller gave up.</exception>
    Task<T> RequestAsync<T>(
        HttpMethod method, string path, BaseOptions? options, RequestOptions? requestOptions, CancellationToken cancellationToken = default)
        where T : IStripeEntity;
}
