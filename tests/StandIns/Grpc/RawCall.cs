using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace ReelBallers.StandIns.Tests.Grpc;

/// <summary>A unary call by hand, to see what the server really puts on the wire.</summary>
internal sealed record RawCall(HttpResponseMessage Response, byte[] Body)
{
    private const int FrameHead = 5;

    internal bool IsCompressed => Body[0] == 1;

    internal byte[] Message => Body[FrameHead..];

    internal static async Task<RawCall> SendAsync(
        EchoServer server, string method, IMessage message, Action<HttpRequestMessage>? change = null, Func<byte[], byte[]>? compress = null)
    {
        using var http = new HttpClient();
        var request = new HttpRequestMessage(HttpMethod.Post, $"{server.Address}/reelballers.standins.echo.v1.EchoService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Frame(message.ToByteArray(), compress)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        change?.Invoke(request);
        var response = await http.SendAsync(request);
        return new RawCall(response, await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>A trailer; one of an answer without a body comes among the headers.</summary>
    internal string? Trailer(string name) =>
        Response.TrailingHeaders.TryGetValues(name, out var values) || Response.Headers.TryGetValues(name, out values)
            ? string.Join(',', values)
            : null;

    private static byte[] Frame(byte[] message, Func<byte[], byte[]>? compress)
    {
        var payload = compress is null ? message : compress(message);
        var frame = new byte[FrameHead + payload.Length];
        frame[0] = compress is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)payload.Length);
        payload.CopyTo(frame, FrameHead);
        return frame;
    }
}
