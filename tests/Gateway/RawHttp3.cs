using System.Globalization;
using System.Net;
using System.Net.Quic;
using System.Net.Security;
using System.Runtime.Versioning;
using System.Text;

namespace ReelBallers.Gateway.Tests;

/// <summary>A connection of HTTP/3 whose requests are sent as they are written, right or wrong.</summary>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
internal sealed class RawHttp3 : IAsyncDisposable
{
    private const byte HeadersFrame = 1;
    private const byte StatusIs200 = 25;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private QuicConnection? _connection;
    private int _streams;

    private RawHttp3()
    {
    }

    /// <summary>How many more requests could be open, as far as the server has said.</summary>
    public int Streams => Volatile.Read(ref _streams);

    public static async Task<RawHttp3> ConnectAsync(Uri address)
    {
        var client = new RawHttp3();
        client._connection = await QuicConnection.ConnectAsync(new QuicClientConnectionOptions
        {
            RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address.Host), address.Port),
            DefaultStreamErrorCode = 0,
            DefaultCloseErrorCode = 0,
            MaxInboundUnidirectionalStreams = 3,
            IdleTimeout = Timeout.InfiniteTimeSpan,
            ClientAuthenticationOptions = new SslClientAuthenticationOptions
            {
                ApplicationProtocols = [SslApplicationProtocol.Http3],
                TargetHost = address.Host,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            },
            StreamCapacityCallback = (_, change) => Interlocked.Add(ref client._streams, change.BidirectionalIncrement),
        });
        return client;
    }

    /// <summary>Sends a GET request with these headers.</summary>
    /// <param name="path">Its target.</param>
    /// <param name="headers">Besides the pseudo-headers.</param>
    /// <param name="withheld">How many bytes at the end of the headers are not sent.</param>
    /// <returns>The status of the answer, or the code of the error by which the request ends.</returns>
    public async Task<(int Status, long Error)> SendAsync(string path, IEnumerable<(string Name, string Value)> headers, int withheld = 0)
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var stream = await _connection!.OpenOutboundStreamAsync(QuicStreamType.Bidirectional, patience.Token);
        var sent = Headers([(":method", "GET"), (":scheme", "https"), (":path", path), (":authority", "gateway"), .. headers]);
        try
        {
            await stream.WriteAsync(sent.AsMemory(0, sent.Length - withheld), completeWrites: withheld == 0, patience.Token);
            using var answer = new MemoryStream();
            await stream.CopyToAsync(answer, patience.Token);
            return (Status(answer.ToArray()), 0);
        }
        catch (QuicException aborted) when (aborted.QuicError == QuicError.StreamAborted)
        {
            return (0, aborted.ApplicationErrorCode ?? -1);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _connection!.DisposeAsync();

    // One frame, whose fields are literal (RFC 9204, 4.5.6).
    private static byte[] Headers(IEnumerable<(string Name, string Value)> fields)
    {
        using var payload = new MemoryStream();
        payload.Write([0, 0]);
        foreach (var (name, value) in fields)
        {
            Write(payload, 0x20, 3, name);
            Write(payload, 0, 7, value);
        }
        var length = (int)payload.Length;
        return [HeadersFrame, (byte)(0x80 | (length >> 24)), (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. payload.ToArray()];
    }

    // The first field of the first frame: that of the static table whose value is 200, or its name with another value.
    private static int Status(byte[] answer)
    {
        Assert.Equal(HeadersFrame, answer[0]);
        var field = answer.AsSpan(1 + (1 << (answer[1] >> 6)) + 2);
        return field[0] == (0xc0 | StatusIs200)
            ? 200
            : int.Parse(field.Slice(field.IndexOfAnyInRange((byte)'1', (byte)'5'), 3), CultureInfo.InvariantCulture);
    }

    private static void Write(MemoryStream payload, byte flags, int prefixBits, string text)
    {
        var (length, most) = (text.Length, (1 << prefixBits) - 1);
        if (length < most)
        {
            payload.WriteByte((byte)(flags | length));
        }
        else
        {
            payload.WriteByte((byte)(flags | most));
            for (length -= most; length > 0x7f; length >>= 7)
            {
                payload.WriteByte((byte)(0x80 | (length & 0x7f)));
            }
            payload.WriteByte((byte)length);
        }
        payload.Write(Encoding.Latin1.GetBytes(text));
    }
}
