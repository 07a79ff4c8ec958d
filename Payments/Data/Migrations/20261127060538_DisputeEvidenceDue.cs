using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Payments.Data.Migrations
{
    /// <inheritdoc />
    public partial class DisputeEvidenceDue : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "evidence_due_by",
                table: "stripe_reversals",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_stripe_reversals_evidence",
                table: "stripe_reversals",
                column: "updated_at",
                filter: "kind = 2 AND status IN ('needs_response', 'warning_needs_response', 'appeal_needs_response')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_stripe_reversals_evidence",
                table: "stripe_reversals");

            migrationBuilder.DropColumn(
                name: "evidence_due_by",
                table: "stripe_reversals");
        }
    }
}
