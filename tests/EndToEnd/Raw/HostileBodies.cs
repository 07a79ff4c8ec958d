using System.Text;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Requests whose body is wrong in its framing or its length.</summary>
internal static class HostileBodies
{
    private const int TooLong = 1_200_000;

    /// <summary>By name, what makes one of a request that is fine.</summary>
    public static readonly IReadOnlyList<(string Name, Action<RawRequest> Spoil)> All =
    [
        ("too long, announced", request => request.Body = Filler(TooLong)),
        ("too long for jobs, announced", request => request.Body = Filler(300_000)),
        ("too long, in chunks", request =>
        {
            request.Body = Filler(TooLong);
            request.Chunk(8000);
        }),
        ("too long for jobs, in chunks", request =>
        {
            request.Body = Filler(300_000);
            request.Chunk(4096);
        }),
        ("too long, in one-byte chunks", request =>
        {
            request.Body = Filler(70_000);
            request.Chunk(1);
        }),
        ("without an end, in chunks", request =>
        {
            request.Body = Filler(TooLong);
            request.Chunk(16_000);
            (request.Sending, request.Withheld) = (Sending.HalfClosed, 5);
        }),
        ("announced far too long", request => request.Set("Content-Length", "99999999999")),
        ("announced longer than a number holds", request => request.Set("Content-Length", "99999999999999999999999")),
        ("short, then silence", request =>
        {
            request.Body = Filler(500);
            (request.Sending, request.Withheld) = (Sending.Short, 10);
        }),
        ("short, then the end", request =>
        {
            request.Body = Filler(500);
            (request.Sending, request.Withheld) = (Sending.HalfClosed, 10);
        }),
        ("aborted half-way", request =>
        {
            request.Body = Filler(100_000);
            (request.Sending, request.Withheld) = (Sending.Aborted, 50_000);
        }),
        ("aborted after the headers", request =>
        {
            request.Body = Filler(1000);
            (request.Sending, request.Withheld) = (Sending.Aborted, 1000);
        }),
        ("aborted between chunks", request =>
        {
            request.Body = Filler(100_000);
            request.Chunk(1000);
            (request.Sending, request.Withheld) = (Sending.Aborted, 60_000);
        }),
        ("trickled", request =>
        {
            request.Body = Filler(300);
            request.Sending = Sending.Trickled;
        }),
        ("trickled in chunks", request =>
        {
            request.Body = Filler(300);
            request.Chunk(4);
            request.Sending = Sending.Trickled;
        }),
        ("a chunk size that is none", request => Chunked(request, "zz\r\n{}\r\n0\r\n\r\n")),
        ("a negative chunk size", request => Chunked(request, "-2\r\n{}\r\n0\r\n\r\n")),
        ("a chunk size beyond all numbers", request => Chunked(request, "ffffffffffffffffff\r\n{}\r\n0\r\n\r\n")),
        ("a chunk without its end", request => Chunked(request, "2\r\n{}xx0\r\n\r\n")),
        ("a chunk extension without an end", request => Chunked(request, "2;" + new string('x', 40_000) + "\r\n{}\r\n0\r\n\r\n")),
        ("trailers that are no headers", request => Chunked(request, "2\r\n{}\r\n0\r\nno colon\r\n\r\n")),
        ("trailers that are too many", request => Chunked(request,
            "2\r\n{}\r\n0\r\n" + string.Concat(Enumerable.Range(0, 200).Select(index => $"x-{index}: {new string('a', 300)}\r\n"))
                + "\r\n")),
        ("length and chunks", request =>
        {
            request.Set("Content-Length", "5");
            request.Chunk(100);
        }),
        ("two lengths", request =>
        {
            request.Headers.Add(("Content-Length", "2"));
            request.Headers.Add(("Content-Length", "3"));
        }),
        ("a negative length", request => request.Set("Content-Length", "-1")),
        ("a transfer coding that is unknown", request => request.Set("Transfer-Encoding", "bogus")),
        ("chunked twice", request =>
        {
            request.Chunk(100);
            request.Set("Transfer-Encoding", "chunked, chunked");
        }),
        ("compressed by its word alone", request => request.Set("Content-Encoding", "gzip")),
    ];

    private static byte[] Filler(int length) => Encoding.ASCII.GetBytes($"{{\"x\":\"{new string('a', length - 8)}\"}}");

    private static void Chunked(RawRequest request, string wire)
    {
        request.Wire = Encoding.Latin1.GetBytes(wire);
        request.Set("Transfer-Encoding", "chunked");
    }
}
