def check_1(f): pass
def check_2(f): pass
