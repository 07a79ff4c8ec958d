using System.Globalization;
using System.Text;

namespace ReelBallers.TestKit;

/// <summary>An HTTP/1.1 request as bytes, right or wrong. Text stands for bytes by Latin-1.</summary>
public sealed class RawRequest(string method, string target)
{
    public string Method { get; set; } = method;

    public string Target { get; set; } = target;

    public string Version { get; set; } = "HTTP/1.1";

    public List<(string Name, string Value)> Headers { get; } = [];

    /// <summary>What the body holds.</summary>
    public byte[]? Body { get; set; }

    /// <summary>What is sent in place of the body (chunks, for example); the headers say its framing.</summary>
    public byte[]? Wire { get; set; }

    public Sending Sending { get; set; } = Sending.Whole;

    /// <summary>How many bytes at the end of the request are not sent.</summary>
    public int Withheld { get; set; }

    /// <summary>The whole request as bytes, in place of all else.</summary>
    public byte[]? Verbatim { get; set; }

    /// <summary>Whether HTTP demands an answer: it does unless the client goes away first.</summary>
    public bool DemandsAnswer => Sending is not (Sending.HalfClosed or Sending.Aborted);

    /// <summary>A request that is sent as it is written, in UTF-8.</summary>
    public static RawRequest Text(string text) => new(text.Split(' ')[0], "") { Verbatim = Encoding.UTF8.GetBytes(text) };

    public static RawRequest Json(string method, string target, string json, string? token = null)
    {
        var request = new RawRequest(method, target) { Body = Encoding.UTF8.GetBytes(json) };
        request.Set("Content-Type", "application/json");
        if (token is not null)
        {
            request.Set("Authorization", $"Bearer {token}");
        }
        return request;
    }

    /// <summary>Gives a header one value, in place of those that it has.</summary>
    public void Set(string name, string value)
    {
        Remove(name);
        Headers.Add((name, value));
    }

    public void Remove(string name) => Headers.RemoveAll(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public bool Has(string name) => Headers.Exists(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Sends the body as chunks of at most so many bytes.</summary>
    public void Chunk(int size)
    {
        Wire = Chunks(Body ?? [], size);
        Set("Transfer-Encoding", "chunked");
    }

    public static byte[] Chunks(byte[] body, int size)
    {
        using var wire = new MemoryStream();
        foreach (var chunk in body.Chunk(size))
        {
            wire.Write(Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n"));
            wire.Write(chunk);
            wire.Write("\r\n"u8);
        }
        wire.Write("0\r\n\r\n"u8);
        return wire.ToArray();
    }

    /// <summary>The first line and the headers, to the empty line. Host and Content-Length are added where they are missing.</summary>
    public byte[] HeadBytes(string host)
    {
        if (Verbatim is not null)
        {
            return Verbatim;
        }
        var head = new StringBuilder($"{Method} {Target} {Version}\r\n");
        if (!Has("Host"))
        {
            head.Append(CultureInfo.InvariantCulture, $"Host: {host}\r\n");
        }
        foreach (var (name, value) in Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }
        if (Body is not null && !Has("Content-Length") && !Has("Transfer-Encoding"))
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {Body.Length}\r\n");
        }
        return Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
    }

    public byte[] BodyBytes() => Verbatim is null ? Wire ?? Body ?? [] : [];

    /// <summary>The request as text to send again; long parts are shortened.</summary>
    public string Describe(string host)
    {
        var text = Encoding.Latin1.GetString([.. HeadBytes(host), .. BodyBytes()]);
        var shown = text.Length > 1500 ? $"{text[..1100]} … {text.Length - 1400} more … {text[^300..]}" : text;
        var escaped = new StringBuilder();
        foreach (var letter in shown)
        {
            escaped.Append(letter switch
            {
                '\r' => "\\r",
                '\n' => "\\n\n    ",
                < ' ' or > '~' and <= '\u00ff' => FormattableString.Invariant($"\\x{(int)letter:x2}"),
                _ => letter.ToString(),
            });
        }
        return $"[{Sending}{(Withheld > 0 ? $", {Withheld} bytes withheld" : "")}]\n    {escaped}";
    }
}
