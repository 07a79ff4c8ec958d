using System.Net;
using System.Net.Http.Headers;

namespace ReelBallers.Worker;

/// <summary>Downloads a job's source and uploads its result, by signed URLs that appear in no message.</summary>
public sealed class Transfers(TimeProvider time) : IDisposable
{
    private const int Tries = 3;
    private const long LargestSourceBytes = 10L << 30;

    private static readonly TimeSpan WholeLimit = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <exception cref="JobFailedException">The download failed.</exception>
    public Task FetchAsync(Uri url, string? etag, string file, CancellationToken cancellationToken) =>
        TryAsync("source_url", token => DownloadAsync(url, etag, file, token), cancellationToken);

    /// <summary>
    /// Creates the object. One that is there already counts as delivered: by a try whose answer was lost, or by another execution of
    /// the same run.
    /// </summary>
    /// <exception cref="JobFailedException">The upload failed.</exception>
    public Task DeliverAsync(string file, string contentType, string name, Uri url, CancellationToken cancellationToken) =>
        TryAsync(name, token => UploadAsync(file, contentType, url, token), cancellationToken);

    /// <returns>The status.</returns>
    private async Task<HttpStatusCode> DownloadAsync(Uri url, string? etag, string file, CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(StallLimit);
        using var answer = await _http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, stall.Token);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            return answer.StatusCode;
        }

        if (etag is not null && answer.Headers.ETag?.Tag.Trim('"') != etag.Trim('"'))
        {
            throw new JobFailedException("the source was replaced after it was uploaded");
        }

        await using var source = await answer.Content.ReadAsStreamAsync(stall.Token);
        await using var target = new FileStream(file, FileMode.Create, FileAccess.Write);
        var buffer = new byte[128 * 1024];
        var total = 0L;
        int read;
        while ((read = await source.ReadAsync(buffer, stall.Token)) > 0)
        {
            stall.CancelAfter(StallLimit);
            total += read;
            if (total > LargestSourceBytes)
            {
                throw new JobFailedException("the source is larger than 10 GiB");
            }

            await target.WriteAsync(buffer.AsMemory(0, read), stall.Token);
        }

        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> UploadAsync(string file, string contentType, Uri url, CancellationToken cancellationToken)
    {
        await using var source = new FileStream(file, FileMode.Open, FileAccess.Read);
        using var content = new StreamContent(source);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        content.Headers.ContentLength = source.Length;
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = content };
        request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        using var answer = await _http.SendAsync(request, cancellationToken);
        return answer.StatusCode == HttpStatusCode.PreconditionFailed ? HttpStatusCode.OK : answer.StatusCode;
    }

    private async Task TryAsync(string name, Func<CancellationToken, Task<HttpStatusCode>> transfer, CancellationToken cancellationToken)
    {
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        whole.CancelAfter(WholeLimit);
        for (var attempt = 1; ; attempt++)
        {
            var (problem, mayPass) = await OnceAsync(name, transfer, whole.Token, cancellationToken);
            if (problem is null)
            {
                return;
            }

            if (!mayPass || attempt == Tries)
            {
                throw new JobFailedException(problem);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private static async Task<(string? Problem, bool MayPass)> OnceAsync(
        string name, Func<CancellationToken, Task<HttpStatusCode>> transfer, CancellationToken whole, CancellationToken cancellationToken)
    {
        try
        {
            var status = (int)await transfer(whole);
            return status switch
            {
                200 or 201 or 204 => (null, false),
                403 => ($"{name} answered 403: the URL has expired or is not signed for this", false),
                404 => ($"{name} answered 404: there is no such object", false),
                _ => ($"{name} answered {status}", status is 408 or 429 or >= 500),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ($"{name} did not answer in time", !whole.IsCancellationRequested);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return ($"{name} cannot be reached", true);
        }
    }
}
