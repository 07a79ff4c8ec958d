using System.Globalization;
using System.Net;
using System.Text.Json;

namespace ReelBallers.TestKit;

/// <summary>A server-sent event.</summary>
/// <param name="Id">Empty without one.</param>
/// <param name="Name">Its type.</param>
/// <param name="Data">Its data, which is JSON.</param>
public sealed record ReceivedEvent(string Id, string Name, JsonElement Data)
{
    /// <summary>Its id as a number.</summary>
    public long Number => long.Parse(Id, CultureInfo.InvariantCulture);
}

/// <summary>Reads an event stream.</summary>
public sealed class EventReader : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private EventReader(HttpResponseMessage response, StreamReader reader) => (_response, _reader) = (response, reader);

    /// <summary>Whether the connection was aborted before the end of the response.</summary>
    public bool WasCut { get; private set; }

    /// <summary>The response's status.</summary>
    public HttpStatusCode Status => _response.StatusCode;

    /// <summary>The response's type.</summary>
    public string? ContentType => _response.Content.Headers.ContentType?.MediaType;

    /// <summary>Opens a stream, whatever its status is.</summary>
    public static async Task<EventReader> OpenAsync(
        HttpClient client, string path, string? lastEventId = null, bool isHttp2 = true, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (isHttp2)
        {
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        }
        if (lastEventId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        }
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new EventReader(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next line; null at the end.</summary>
    public async Task<string?> LineAsync()
    {
        try
        {
            return await _reader.ReadLineAsync().WaitAsync(Patience);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            WasCut = true;
            return null;
        }
    }

    /// <summary>The next event; null at the end.</summary>
    public async Task<ReceivedEvent?> NextAsync()
    {
        var (id, name) = ("", "message");
        JsonElement? data = null;
        while (await LineAsync() is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                data = JsonDocument.Parse(line[6..]).RootElement;
            }
            else if (line.Length == 0 && data is { } complete)
            {
                return new ReceivedEvent(id, name, complete);
            }
        }
        return null;
    }

    /// <summary>The first event that is what is waited for.</summary>
    /// <exception cref="InvalidOperationException">The stream ended before.</exception>
    public async Task<ReceivedEvent> NextAsync(Func<ReceivedEvent, bool> wanted)
    {
        while (await NextAsync() is { } next)
        {
            if (wanted(next))
            {
                return next;
            }
        }
        throw new InvalidOperationException("The stream ended.");
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }
}
