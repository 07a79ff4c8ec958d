using System.Buffers.Binary;
using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ReelBallers.Accounts.V1;

namespace ReelBallers.Gateway.Tests;

/// <summary>The gRPC calls of Accounts that the Gateway uses.</summary>
internal sealed class AccountsStandIn
{
    private const string Service = "/reelballers.accounts.v1.AccountsService/";
    private readonly ConcurrentDictionary<string, bool> _ended = [];
    private int _operatorQuestions;

    /// <summary>The operators and their roles.</summary>
    public ConcurrentDictionary<Guid, string> Operators { get; } = [];

    /// <summary>The calls about acts.</summary>
    public ConcurrentQueue<string> Acts { get; } = [];

    /// <summary>How often it was asked who the operators are.</summary>
    public int OperatorQuestions => _operatorQuestions;

    /// <summary>The users whose sessions are to be ended.</summary>
    public ConcurrentDictionary<Guid, bool> Deleted { get; } = [];

    /// <summary>The users whom operators have joined and whose sessions are to be ended.</summary>
    public ConcurrentDictionary<Guid, bool> Joined { get; } = [];

    /// <summary>What was told of the traffic, also what came again.</summary>
    public ConcurrentQueue<ReportTrafficRequest> Traffic { get; } = [];

    /// <summary>How many reports are taken and not confirmed.</summary>
    public int LostReports { get; set; }

    public void Map(WebApplication app)
    {
        app.MapPost($"{Service}ReportTraffic", context => AnswerAsync(context, ReportTrafficRequest.Parser, request =>
        {
            Traffic.Enqueue(request);
            return LostReports-- > 0 ? throw new InvalidOperationException("The answer is lost.") : new ReportTrafficResponse();
        }));
        app.MapPost($"{Service}ListOperators", context => AnswerAsync(context, ListOperatorsRequest.Parser, _ =>
        {
            Interlocked.Increment(ref _operatorQuestions);
            return new ListOperatorsResponse
            {
                Operators = { Operators.Select(row => new OperatorEntry { UserId = $"{row.Key}", Role = row.Value }) },
                DeletedUserIds = { Deleted.Keys.Select(id => $"{id}") },
                JoinedUserIds = { Joined.Keys.Select(id => $"{id}") },
            };
        }));
        app.MapPost($"{Service}ConfirmSessionsEnded", context => AnswerAsync(context, ConfirmSessionsEndedRequest.Parser, request =>
        {
            Deleted.TryRemove(Guid.Parse(request.UserId), out _);
            Joined.TryRemove(Guid.Parse(request.UserId), out _);
            return new ConfirmSessionsEndedResponse();
        }));
        app.MapPost($"{Service}BeginAct", context => AnswerAsync(context, BeginActRequest.Parser, request =>
        {
            Acts.Enqueue($"begin {request.ActId} {request.ActorId} {request.SubjectId} {request.Reason}");
            return new BeginActResponse { Ended = _ended.ContainsKey(request.ActId) };
        }));
        app.MapPost($"{Service}EndAct", context => AnswerAsync(context, EndActRequest.Parser, request =>
        {
            Acts.Enqueue($"end {request.ActId}");
            _ended[request.ActId] = true;
            return new EndActResponse();
        }));
    }

    // A gRPC message has a byte and its length in front; the status is in a trailer.
    private static async Task AnswerAsync<TRequest>(
        HttpContext context, MessageParser<TRequest> parser, Func<TRequest, IMessage> answer)
        where TRequest : IMessage<TRequest>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var message = answer(parser.ParseFrom(body.ToArray().AsSpan(1 + sizeof(int)))).ToByteArray();
        var length = new byte[1 + sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length.AsSpan(1), message.Length);
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync((byte[])[.. length, .. message]);
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
