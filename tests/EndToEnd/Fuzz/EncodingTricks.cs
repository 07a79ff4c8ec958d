using System.IO.Compression;
using System.Text;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Bodies in other encodings than they say, or in none.</summary>
internal static class EncodingTricks
{
    private static readonly string[] Charsets =
        ["x", "utf-16", "utf-7", "\"utf-8\"", "iso-8859-1", "UTF-8", "", "utf-8;charset=x", "\u00e9", "us-ascii", "utf-32"];

    public static readonly IReadOnlyList<Trick> All =
    [
        new("charset", drawn => drawn.Request.Set("Content-Type", $"application/json; charset={drawn.Pick(Charsets)}")),
        new("utf-16", drawn =>
        {
            drawn.Request.Body = [.. drawn.Chance(0.5) ? Encoding.Unicode.GetPreamble() : [], .. Encoding.Unicode.GetBytes(Text(drawn))];
            drawn.Request.Set("Content-Type", $"application/json{drawn.Pick(["", "; charset=utf-16", "; charset=utf-8"])}");
        }),
        new("utf-16 big endian", drawn => drawn.Request.Body = Encoding.BigEndianUnicode.GetBytes(Text(drawn))),
        new("byte order mark", drawn => drawn.Request.Body = [0xef, 0xbb, 0xbf, .. drawn.Request.Body!]),
        new("invalid utf-8", drawn => Insert(drawn, drawn.Pick<byte[]>([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80],
            [0xf4, 0x90, 0x80, 0x80], [0x80]]))),
        new("invalid utf-8 in a string", drawn => drawn.Request.Body = Replaced(drawn,
            drawn.Pick<byte[]>([[0xff], [0xc3], [0xed, 0xa0, 0x80]]))),
        new("NUL", drawn => Insert(drawn, [0])),
        new("random bytes", drawn => drawn.Random.NextBytes(drawn.Request.Body = new byte[drawn.Pick([1, 10, 1000, 100_000])])),
        new("empty", drawn => drawn.Request.Body = []),
        new("a bit flipped", drawn =>
        {
            if (drawn.Request.Body is { Length: > 0 } body)
            {
                body[drawn.Random.Next(body.Length)] ^= (byte)(1 << drawn.Random.Next(8));
            }
        }),
        new("compressed by its word", drawn => drawn.Request.Set("Content-Encoding",
            drawn.Pick(["gzip", "br", "deflate", "zstd", "identity", "x", "gzip, gzip", ""]))),
        new("compressed", drawn =>
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            {
                gzip.Write(drawn.Request.Body!);
            }
            drawn.Request.Body = packed.ToArray();
            drawn.Request.Set("Content-Encoding", "gzip");
        }),
    ];

    private static string Text(FuzzCase drawn) => Encoding.UTF8.GetString(drawn.Request.Body!);

    private static void Insert(FuzzCase drawn, byte[] bytes)
    {
        var body = drawn.Request.Body!;
        var at = drawn.Random.Next(body.Length + 1);
        drawn.Request.Body = [.. body[..at], .. bytes, .. body[at..]];
    }

    // After the first quotation mark that opens a value.
    private static byte[] Replaced(FuzzCase drawn, byte[] bytes)
    {
        var body = drawn.Request.Body!;
        var at = body.AsSpan().IndexOf(":\""u8);
        return at < 0 ? body : [.. body[..(at + 2)], .. bytes, .. body[(at + 2)..]];
    }
}
