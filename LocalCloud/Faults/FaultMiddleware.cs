using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;
using ReelBallers.LocalCloud.Resend;
using ReelBallers.LocalCloud.TradingView;

namespace ReelBallers.LocalCloud.Faults;

/// <summary>Applies faults to HTTP requests.</summary>
internal static class FaultMiddleware
{
    private static readonly FaultKind[] Kinds =
    [
        FaultKind.Delay, FaultKind.Cut, FaultKind.Status, FaultKind.CutAfterEffect, FaultKind.StatusAfterEffect, FaultKind.DelayAfterEffect,
    ];

    private static readonly object Cut = new();

    /// <summary>
    /// Outermost: cuts the connections that faults have marked, once the inner middleware has finished, so that an
    /// immediate retry does not conflict with its own first attempt.
    /// </summary>
    public static WebApplication UseCuts(this WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            finally
            {
                if (context.Items.ContainsKey(Cut))
                {
                    context.Abort();
                }
            }
        });
        return app;
    }

    /// <summary>Applies the scripted faults. Goes inside <see cref="UseCuts"/>.</summary>
    public static WebApplication UseFaults(this WebApplication app, CloudName cloud, FaultStore faults)
    {
        app.Use(async (context, next) =>
        {
            // Method, path and query: a multipart upload's parts differ in the query only.
            var subject = $"{context.Request.Method} {context.Request.GetEncodedPathAndQuery()}";
            foreach (var kind in Kinds)
            {
                if (faults.Strike(cloud, kind, subject) is { } fault
                    && await CarryOutAsync(fault, cloud, context, next, app.Lifetime.ApplicationStopping))
                {
                    return;
                }
            }

            await next(context);
        });
        return app;
    }

    /// <returns>Whether the request is over.</returns>
    private static async Task<bool> CarryOutAsync(
        Fault fault, CloudName cloud, HttpContext context, RequestDelegate next, CancellationToken stopping)
    {
        switch (fault.Kind)
        {
            case FaultKind.Delay:
                await TakeInBodyAsync(cloud, context, stopping);
                await Task.Delay(fault.Delay, stopping);
                return false;
            case FaultKind.Cut:
                context.Items[Cut] = true;
                return true;
            case FaultKind.CutAfterEffect:
                await CutAfterEffectAsync(context, next);
                return true;
            case FaultKind.Status:
                await AnswerAsync(fault, cloud, context);
                return true;
            case FaultKind.StatusAfterEffect:
                await RunBufferedAsync(context, next);
                context.Response.Clear();
                await AnswerAsync(fault, cloud, context);
                return true;
            case FaultKind.DelayAfterEffect:
                var response = await RunBufferedAsync(context, next);
                await Task.Delay(fault.Delay, stopping);
                await context.Response.Body.WriteAsync(response, stopping);
                return true;
            default:
                throw new InvalidOperationException($"{fault.Kind} is not a fault of an HTTP request.");
        }
    }

    /// <summary>A caller that gives up does not cancel the effect: the body is read first, and its end is not noticed.</summary>
    private static async Task TakeInBodyAsync(CloudName cloud, HttpContext context, CancellationToken stopping)
    {
        if (cloud == CloudName.R2)
        {
            // An upload is too large to buffer, and S3 also aborts it with its connection.
            return;
        }

        context.Request.EnableBuffering();
        await context.Request.Body.DrainAsync(stopping);
        context.Request.Body.Position = 0;
        context.RequestAborted = stopping;
    }

    private static Task CutAfterEffectAsync(HttpContext context, RequestDelegate next)
    {
        context.Items[Cut] = true;
        return RunBufferedAsync(context, next);
    }

    /// <summary>The effect, of whose response no byte is sent.</summary>
    /// <returns>The body of the response; its status and headers are set.</returns>
    private static async Task<ReadOnlyMemory<byte>> RunBufferedAsync(HttpContext context, RequestDelegate next)
    {
        var body = context.Response.Body;
        var buffer = new MemoryStream();
        context.Response.Body = buffer;
        await next(context);
        context.Response.Body = body;
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private static Task AnswerAsync(Fault fault, CloudName cloud, HttpContext context)
    {
        var status = fault.Status;
        var (contentType, body) = cloud switch
        {
            CloudName.Stripe => ("application/json",
                $$$"""{"error":{"type":"api_error","message":"A scripted fault answered {{{status}}}."}}"""),
            CloudName.RunPod => ("application/json", $$"""{"error":"A scripted fault answered {{status}}."}"""),
            CloudName.Resend => ("application/json",
                ResendError.Body(
                    status, status == StatusCodes.Status429TooManyRequests ? "rate_limit_exceeded" : "application_error",
                    $"A scripted fault answered {status.ToString(CultureInfo.InvariantCulture)}.")),
            CloudName.TradingView => ("application/json",
                TradingViewCloud.ErrorBody($"A scripted fault answered {status.ToString(CultureInfo.InvariantCulture)}.")),
            CloudName.OpenId => ("application/json", """{"error":"server_error","error_description":"A scripted fault."}"""),
            CloudName.R2 => ("application/xml", $"""
                <?xml version="1.0" encoding="UTF-8"?>
                <Error><Code>{S3Code(status)}</Code><Message>A scripted fault answered {status.ToString(
                    CultureInfo.InvariantCulture)}.</Message></Error>
                """),
        };
        if (fault.Request.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (fault.Request.ShouldRetry is { } shouldRetry)
        {
            context.Response.Headers["Stripe-Should-Retry"] = shouldRetry ? "true" : "false";
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body, context.RequestAborted);
    }

    private static string S3Code(int status) => status switch
    {
        403 => "AccessDenied",
        404 => "NoSuchKey",
        429 or 503 => "SlowDown",
        501 => "NotImplemented",
        _ => status < 500 ? "InvalidRequest" : "InternalError",
    };
}
