using System.IO.Compression;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using ReelBallers.StandIns.Echo.V1;

namespace ReelBallers.StandIns.Tests.Grpc;

public sealed class CompressionTests : IAsyncLifetime
{
    private static readonly SayRequest Request = new() { Payload = ByteString.CopyFrom(new byte[1 << 20]) };

    private EchoServer _server = null!;

    public async Task InitializeAsync() => _server = await EchoServer.StartAsync(options =>
    {
        options.ResponseCompressionAlgorithm = "gzip";
        options.ResponseCompressionLevel = CompressionLevel.Fastest;
    });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_client_that_compresses_is_understood(string encoding)
    {
        var tap = new WireTap();

        var response = await _server.Client(new GrpcChannelOptions { HttpHandler = tap })
            .SayAsync(Request, new Metadata { { "grpc-internal-encoding-request", encoding } });

        Assert.Equal(Request.Payload, response.Payload);
        Assert.Equal(encoding, tap.RequestEncoding);
        Assert.Equal(1, tap.RequestBody[0]);
        Assert.InRange(tap.RequestBody.Length, 100, 100_000);
    }

    [Fact]
    public async Task A_server_that_compresses_is_understood()
    {
        var tap = new WireTap();

        var response = await _server.Client(new GrpcChannelOptions { HttpHandler = tap }).SayAsync(Request);

        Assert.Equal(Request.Payload, response.Payload);
        Assert.Equal(0, tap.RequestBody[0]);
        Assert.Equal("gzip", tap.ResponseEncoding);
        Assert.Equal(1, tap.ResponseBody[0]);
        Assert.InRange(tap.ResponseBody.Length, 100, 100_000);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task What_is_on_the_wire_is_what_its_name_says(string encoding)
    {
        var response = await RawCall.SendAsync(
            _server,
            "Say",
            Request,
            request =>
            {
                request.Headers.Add("grpc-encoding", encoding);
                request.Headers.Add("grpc-accept-encoding", "gzip");
            },
            plain => Compress(encoding, plain));

        Assert.True(response.IsCompressed);
        await using var unpacked = new GZipStream(new MemoryStream(response.Message), CompressionMode.Decompress);
        Assert.Equal(Request.Payload, SayResponse.Parser.ParseFrom(unpacked).Payload);
    }

    [Fact]
    public async Task A_client_that_does_not_know_gzip_gets_plain_bytes()
    {
        var response = await RawCall.SendAsync(_server, "Say", Request);

        Assert.False(response.IsCompressed);
        Assert.Equal(Request.Payload, SayResponse.Parser.ParseFrom(response.Message).Payload);
    }

    [Fact]
    public async Task A_call_may_ask_for_no_compression()
    {
        var tap = new WireTap();
        var options = new CallOptions(new Metadata { { "grpc-internal-encoding-request", "gzip" } })
            .WithWriteOptions(new WriteOptions(WriteFlags.NoCompress));

        await _server.Client(new GrpcChannelOptions { HttpHandler = tap }).SayAsync(Request, options);

        Assert.Equal(0, tap.RequestBody[0]);
    }

    // To gRPC, "deflate" is the zlib format and not the bare one.
    private static byte[] Compress(string encoding, byte[] plain)
    {
        using var compressed = new MemoryStream();
        using (Stream stream = encoding == "gzip"
            ? new GZipStream(compressed, CompressionLevel.Fastest)
            : new ZLibStream(compressed, CompressionLevel.Fastest))
        {
            stream.Write(plain);
        }

        return compressed.ToArray();
    }
}
