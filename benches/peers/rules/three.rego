package draw

default invited := false

invited if {
	input.submitted_at <= 1707925822
	input.leaves_pool_at > 1707925822
	eligible
	ranked
	worked
}

eligible if input.fsw

eligible if input.cec

eligible if input.fst

ranked if input.crs_score > 422

ranked if {
	input.crs_score == 422
	input.submitted_at < 1706582394
}

worked if {
	input.noc_1 in data.listed
	input.paid_1
	input.lead_statement_1
	input.main_duties_1
	input.essential_duties_1
	six_months(input.hours_1, input.first_day_1, input.end_1, input.full_on_1)
}

worked if {
	input.noc_2 in data.listed
	input.paid_2
	input.lead_statement_2
	input.main_duties_2
	input.essential_duties_2
	six_months(input.hours_2, input.first_day_2, input.end_2, input.full_on_2)
}

worked if {
	input.noc_3 in data.listed
	input.paid_3
	input.lead_statement_3
	input.main_duties_3
	input.essential_duties_3
	six_months(input.hours_3, input.first_day_3, input.end_3, input.full_on_3)
}

six_months(hours, _, end, full_on) if {
	hours == 3000
	full_on <= end
	full_on <= 19767
	end >= 18853
}

# The days from the later of two first days to the earlier of two ends.
six_months(hours, first_day, end, _) if {
	hours * (end - first_day) >= 546000
	hours * (end - 18672) >= 546000
	hours * (19767 - first_day) >= 546000
	hours * 1095 >= 546000
}
