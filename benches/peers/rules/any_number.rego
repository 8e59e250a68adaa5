package draw

default invited := false

invited if {
	input.submitted_at <= 1707925822
	input.leaves_pool_at > 1707925822
	eligible
	ranked
	some spell in input.spells
	spell.noc in data.listed
	spell.paid
	spell.lead_statement
	spell.main_duties
	spell.essential_duties
	six_months(spell)
}

eligible if input.fsw

eligible if input.cec

eligible if input.fst

ranked if input.crs_score > 422

ranked if {
	input.crs_score == 422
	input.submitted_at < 1706582394
}

six_months(spell) if {
	spell.hours == 3000
	spell.full_on <= spell.end
	spell.full_on <= 19767
	spell.end >= 18853
}

# The days from the later of two first days to the earlier of two ends.
six_months(spell) if {
	spell.hours * (spell.end - spell.first_day) >= 546000
	spell.hours * (spell.end - 18672) >= 546000
	spell.hours * (19767 - spell.first_day) >= 546000
	spell.hours * 1095 >= 546000
}
