using System.Net.Http.Headers;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>One connection with server-sent events that is kept open and read; it is never taken up again.</summary>
internal sealed class OpenStream : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly HttpResponseMessage _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _lines = [];
    private readonly Task _reading;
    private string? _end;

    private OpenStream(HttpClient client, HttpResponseMessage answer)
    {
        (_client, _answer) = (client, answer);
        _reading = ReadAsync();
    }

    /// <summary>How often the server said that it is still there.</summary>
    public int Comments => Lines().Count(line => line.StartsWith(':'));

    /// <summary>Why the stream ended; null while it is open.</summary>
    public string? End => Volatile.Read(ref _end);

    public static async Task<OpenStream> OpenAsync(Uri url, string path, string token)
    {
        var client = new HttpClient { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return new OpenStream(client, answer);
    }

    /// <summary>Whether a line holds this text.</summary>
    public bool Has(string text) => Lines().Any(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>All lines since the opening.</summary>
    public string[] Lines()
    {
        lock (_lines)
        {
            return [.. _lines];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _answer.Dispose();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            using var reader = new StreamReader(await _answer.Content.ReadAsStreamAsync(_stop.Token));
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                lock (_lines)
                {
                    _lines.Add(line);
                }
            }
            Volatile.Write(ref _end, "the server ended it");
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            Volatile.Write(ref _end, exception.Message);
        }
    }
}
