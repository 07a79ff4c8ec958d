using System.Globalization;
using System.Text;

namespace ReelBallers.TestKit;

/// <summary>Reads HTTP/1.1 answers from a connection.</summary>
public sealed class RawReader(Stream stream)
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>The next final answer; null when the connection ended before one began.</summary>
    /// <exception cref="InvalidDataException">What came is no HTTP answer, or half of one.</exception>
    public async Task<RawAnswer?> ReadAsync(string method, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await LineAsync(cancellationToken) is not { } first)
            {
                return null;
            }
            var words = first.Split(' ', 3);
            if (!first.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
                || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            {
                throw new InvalidDataException($"No status line: {first}");
            }
            var headers = await HeadersAsync(cancellationToken);
            if (status is >= 100 and < 200 and not 101)
            {
                continue;
            }
            var answer = new RawAnswer(status, words.Length > 2 ? words[2] : "", headers, "");
            return answer with { Body = Encoding.UTF8.GetString(await BodyAsync(method, answer, cancellationToken)) };
        }
    }

    private async Task<List<(string, string)>> HeadersAsync(CancellationToken cancellationToken)
    {
        var headers = new List<(string, string)>();
        while (await LineAsync(cancellationToken) is var line && line is not "")
        {
            var colon = line?.IndexOf(':', StringComparison.Ordinal) ?? throw new InvalidDataException("The headers break off.");
            headers.Add(colon > 0 ? (line[..colon], line[(colon + 1)..].Trim()) : throw new InvalidDataException($"No header: {line}"));
        }
        return headers;
    }

    private async Task<byte[]> BodyAsync(string method, RawAnswer answer, CancellationToken cancellationToken)
    {
        if (method == "HEAD" || answer.Status is 204 or 304 || (method == "CONNECT" && answer.Status < 300))
        {
            return [];
        }
        using var body = new MemoryStream();
        if (answer.Header("Transfer-Encoding") is { } coding)
        {
            await ChunksAsync(body, answer.IsEventStream, coding, cancellationToken);
        }
        else if (answer.Header("Content-Length") is { } length)
        {
            await CopyAsync(body, long.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture), cancellationToken);
        }
        else
        {
            // To the end of the connection, as HTTP/1.0 has it; of an event stream the first event, since it has no end.
            do
            {
                body.Write(_buffer, _start, _end - _start);
            }
            while (!(answer.IsEventStream && Encoding.UTF8.GetString(body.ToArray()).Contains("\n\n", StringComparison.Ordinal))
                && await FillAsync(cancellationToken));
        }
        return body.ToArray();
    }

    /// <summary>To the last chunk; of an event stream only the first one, since it has no end.</summary>
    private async Task ChunksAsync(MemoryStream body, bool firstOnly, string coding, CancellationToken cancellationToken)
    {
        if (coding != "chunked")
        {
            throw new InvalidDataException($"Transfer-Encoding: {coding}");
        }
        while (true)
        {
            var line = await LineAsync(cancellationToken) ?? throw new InvalidDataException("The chunks break off.");
            var size = int.Parse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            await CopyAsync(body, size, cancellationToken);
            await LineAsync(cancellationToken);
            if (size == 0 || firstOnly)
            {
                return;
            }
        }
    }

    private async Task CopyAsync(MemoryStream body, long length, CancellationToken cancellationToken)
    {
        while (length > 0)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
            {
                throw new InvalidDataException($"The body breaks off, {length} bytes early.");
            }
            var count = (int)Math.Min(length, _end - _start);
            body.Write(_buffer, _start, count);
            _start += count;
            length -= count;
        }
    }

    private async Task<string?> LineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
            {
                return line.Length == 0 ? null : throw new InvalidDataException($"The answer breaks off: {line}");
            }
            var letter = (char)_buffer[_start++];
            if (letter == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }
            line.Append(letter);
        }
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        try
        {
            (_start, _end) = (0, await stream.ReadAsync(_buffer, cancellationToken));
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            (_start, _end) = (0, 0);
        }
        return _end > 0;
    }
}
